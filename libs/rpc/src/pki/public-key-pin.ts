import { createHash, createPublicKey } from 'node:crypto';

/** What names a key, whatever certificate it is in: sha256 of its SubjectPublicKeyInfo. `pem`: the key, or a certificate of it. */
export function publicKeyHash(pem: string): Buffer {
  return createHash('sha256').update(createPublicKey(pem).export({ type: 'spki', format: 'der' })).digest();
}

/** The same as `curl --pinnedpubkey` takes it. */
export function publicKeyPin(pem: string): string {
  return `sha256//${publicKeyHash(pem).toString('base64')}`;
}
