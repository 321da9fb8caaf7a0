import { generateKeyPairSync } from 'node:crypto';

/** A fresh key (P-256), PKCS#8, PEM. */
export function createPrivateKey(): string {
  return generateKeyPairSync('ec', { namedCurve: 'P-256', privateKeyEncoding: { type: 'pkcs8', format: 'pem' }, publicKeyEncoding: { type: 'spki', format: 'pem' } }).privateKey;
}
