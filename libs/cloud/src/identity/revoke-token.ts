import { insertRevokedToken } from '@novadock/store';
import type { Cloud } from '../cloud.ts';
import { readToken } from './read-token.ts';

/** Voids a token, and with it those that were made from it. Throws `unauthenticated` when it does not hold any more. */
export async function revokeToken(cloud: Cloud, token: string): Promise<void> {
  const { auditIds, expiresAt } = await readToken(cloud, token);
  await insertRevokedToken(cloud.store, { auditId: auditIds[0] ?? '', expiresAt });
}
