import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { CloudError } from '@novadock/model';
import { authorityFingerprint } from '@novadock/rpc';
import { deleteJoinTokenRow, insertJoinToken, listJoinTokenRows, type JoinToken } from '@novadock/store';
import type { Cloud } from '../cloud.ts';

/**
 * Makes a token by which `uses` agents can be enrolled within `ttlSeconds`, as hosts with `labels`; `zone` is their availability zone. Its text is shown once and never stored; it carries
 * the fingerprint of the cloud's authority, so that an agent knows whom it joins.
 */
export async function createJoinToken(cloud: Cloud, options: { ttlSeconds: number; uses: number; labels?: Record<string, string> }): Promise<{ id: string; token: string; expiresAt: Date }> {
  const id = randomUUID().slice(0, 8);
  const secret = randomBytes(24).toString('base64url');
  const expiresAt = new Date(Date.now() + options.ttlSeconds * 1000);
  await insertJoinToken(cloud.store, { id, secretHash: hashSecret(secret), usesLeft: options.uses, labels: options.labels ?? {}, expiresAt });
  return { id, token: `${id}.${secret}.${await authorityFingerprint(cloud.authority.certificate)}`, expiresAt };
}

/** The tokens that can still be used, without their secrets. */
export async function listJoinTokens(cloud: Cloud): Promise<Omit<JoinToken, 'secretHash'>[]> {
  return (await listJoinTokenRows(cloud.store)).map(({ secretHash: _, ...token }) => token);
}

/** Makes a token useless. Throws `notFound`. */
export async function deleteJoinToken(cloud: Cloud, id: string): Promise<void> {
  if (!(await deleteJoinTokenRow(cloud.store, id))) throw new CloudError('notFound', `There is no join token ${id}.`);
}

/** The two parts of a token that name and prove it; undefined when the text is no token. */
export function parseJoinToken(token: string): { id: string; secretHash: string } | undefined {
  const [id, secret, fingerprint] = token.split('.');
  return id === undefined || secret === undefined || fingerprint === undefined ? undefined : { id, secretHash: hashSecret(secret) };
}

/** The secret has 192 random bits: a plain hash keeps it. */
function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
