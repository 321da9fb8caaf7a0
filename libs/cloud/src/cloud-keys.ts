import { randomBytes, randomUUID } from 'node:crypto';
import { createAuthority, createControlPlaneCertificate, createPrivateKey, publicKeyPin, type Authority, type TlsIdentity } from '@novadock/rpc';
import { getOrCreateSecret, type Store } from '@novadock/store';

/** What belongs to a cloud as a whole and lives in its database: made once, by whichever replica comes first. */
export type CloudKeys = {
  cloudId: string;
  tokenKey: Buffer;
  authority: Authority;
  /** Of the API's own certificate, PEM: kept, so that who pinned it still knows it after a restart, on each replica. */
  apiKey: string;
  /** That key's, as `curl --pinnedpubkey` takes it. */
  publicKeyPin: string;
};

/** Reads the cloud's id and keys, or makes them. */
export async function cloudKeys(store: Store): Promise<CloudKeys> {
  const cloudId = await getOrCreateSecret(store, 'cloud-id', async () => Buffer.from(randomUUID()));
  const tokenKey = await getOrCreateSecret(store, 'token-key', async () => randomBytes(32));
  const authority = await getOrCreateSecret(store, 'authority', async () => Buffer.from(JSON.stringify(await createAuthority())));
  const apiKey = (await getOrCreateSecret(store, 'api-key', async () => Buffer.from(createPrivateKey()))).toString();
  return { cloudId: cloudId.toString(), tokenKey, authority: JSON.parse(authority.toString()) as Authority, apiKey, publicKeyPin: publicKeyPin(apiKey) };
}

/** What this replica shows agents: a certificate of its own, made afresh. */
export async function controlPlaneIdentity(authority: Authority): Promise<TlsIdentity> {
  return { authority: authority.certificate, ...(await createControlPlaneCertificate(authority)) };
}
