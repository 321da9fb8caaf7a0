import { randomBytes, randomUUID } from 'node:crypto';
import { createAuthority, createControlPlaneCertificate, type Authority, type TlsIdentity } from '@novadock/rpc';
import { getOrCreateSecret, type Store } from '@novadock/store';

/** What belongs to a cloud as a whole and lives in its database: made once, by whichever replica comes first. */
export type CloudKeys = { cloudId: string; tokenKey: Buffer; authority: Authority };

/** Reads the cloud's id and keys, or makes them. */
export async function cloudKeys(store: Store): Promise<CloudKeys> {
  const cloudId = await getOrCreateSecret(store, 'cloud-id', async () => Buffer.from(randomUUID()));
  const tokenKey = await getOrCreateSecret(store, 'token-key', async () => randomBytes(32));
  const authority = await getOrCreateSecret(store, 'authority', async () => Buffer.from(JSON.stringify(await createAuthority())));
  return { cloudId: cloudId.toString(), tokenKey, authority: JSON.parse(authority.toString()) as Authority };
}

/** What this replica shows agents: a certificate of its own, made afresh. */
export async function controlPlaneIdentity(authority: Authority): Promise<TlsIdentity> {
  return { authority: authority.certificate, ...(await createControlPlaneCertificate(authority)) };
}
