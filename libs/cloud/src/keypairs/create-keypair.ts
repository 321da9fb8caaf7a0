import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import { CloudError } from '@novadock/model';
import { insertKeypair, type Keypair } from '@novadock/store';
import type { Cloud } from '../cloud.ts';
import type { ProjectAuth } from '../identity/auth.ts';
import { quotaOf } from '../quotas/quota-of.ts';
import { fingerprintOf, toSshRsa } from './ssh-public-key.ts';
import { assertMayUse } from './user-keypairs.ts';

export type CreateKeypair = { name: string; publicKey?: string; userId?: string };

/**
 * Keeps a public key for a user, or makes a key pair when there is none to keep: then `privateKey` (PEM) is in no other place. Throws
 * `invalid` when it is no SSH key, `conflict` when the name is taken, `exhausted` when the user has as many as the quota allows.
 */
export async function createKeypair(cloud: Cloud, auth: ProjectAuth, { name, publicKey, userId = auth.userId }: CreateKeypair): Promise<Keypair & { privateKey?: string }> {
  assertMayUse(auth, userId, 'create');
  const { key_pairs: limit } = await quotaOf(cloud.store, auth.projectId);
  const made = publicKey === undefined ? await generateSshKey() : { publicKey };
  const keypair = await insertKeypair(cloud.store, { userId, name, publicKey: made.publicKey, fingerprint: fingerprintOf(made.publicKey) }, limit);
  if (keypair === 'full') throw new CloudError('exhausted', 'Quota exceeded, too many key pairs.');
  if (keypair === 'taken') throw new CloudError('conflict', `Key pair '${name}' already exists.`);
  return { ...keypair, ...('privateKey' in made && { privateKey: made.privateKey }) };
}

async function generateSshKey(): Promise<{ publicKey: string; privateKey: string }> {
  const { publicKey, privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  const { n = '', e = '' } = publicKey.export({ format: 'jwk' });
  return { publicKey: toSshRsa({ n, e }, 'Generated-by-Nova'), privateKey: privateKey.export({ type: 'pkcs1', format: 'pem' }).toString() };
}
