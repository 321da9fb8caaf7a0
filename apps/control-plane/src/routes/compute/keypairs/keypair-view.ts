import type { getKeypair } from '@novadock/cloud';
import { toNaiveTime } from '../times.ts';

export type Keypair = Awaited<ReturnType<typeof getKeypair>>;

/** What a list shows; the type since 2.2. */
export function toListedKeypair({ name, publicKey, fingerprint, type }: Keypair, version: number): object {
  return { keypair: { name, public_key: publicKey, fingerprint, ...(version >= 2 && { type }) } };
}

/** What the answer to its making shows, with the private key when it was made here. */
export function toCreatedKeypair(keypair: Keypair & { privateKey?: string }, version: number): object {
  const { name, publicKey, fingerprint, userId, type, privateKey } = keypair;
  return {
    keypair: {
      ...(privateKey !== undefined && { private_key: privateKey }),
      ...(version >= 2 && { type }),
      name,
      public_key: publicKey,
      fingerprint,
      user_id: userId,
    },
  };
}

/** All of it. */
export function toKeypair(keypair: Keypair, version: number): object {
  const { name, publicKey, fingerprint, userId, createdAt, number, type } = keypair;
  return {
    keypair: {
      ...{ name, public_key: publicKey, fingerprint, user_id: userId, created_at: toNaiveTime(createdAt), deleted: false, deleted_at: null, id: number, updated_at: null },
      ...(version >= 2 && { type }),
    },
  };
}
