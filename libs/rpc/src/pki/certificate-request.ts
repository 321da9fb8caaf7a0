import { createPublicKey, webcrypto } from 'node:crypto';
import { CloudError } from '@novadock/model';
import { createPrivateKey } from './create-private-key.ts';
import { publicKeyHash } from './public-key-pin.ts';
import { keyAlgorithm, keyFromPem, x509 } from './x509.ts';

/** Makes a request to have a key certified: a new one, unless one is given. Both are PEM; the key stays where it was made. */
export async function createCertificateRequest(name: string, key = createPrivateKey()): Promise<{ key: string; request: string }> {
  const spki = new Uint8Array(createPublicKey(key).export({ type: 'spki', format: 'der' }));
  const publicKey = (await webcrypto.subtle.importKey('spki', spki, keyAlgorithm, true, ['verify'])) as webcrypto.CryptoKey;
  const request = await x509.Pkcs10CertificateRequestGenerator.create({ name: `CN=${name}`, keys: { privateKey: await keyFromPem(key), publicKey }, signingAlgorithm: keyAlgorithm });
  return { key, request: request.toString('pem') };
}

/** The key that a request (PKCS#10, PEM) asks to have certified, and its hash. Throws `invalid` when it is no request, or not signed by that key. */
export async function readCertificateRequest(request: string): Promise<{ publicKey: x509.PublicKey; keyHash: string }> {
  const csr = parse(request);
  if (!(await csr.verify().catch(() => false))) throw new CloudError('invalid', 'The certificate request is not signed by its own key.');
  return { publicKey: csr.publicKey, keyHash: publicKeyHash(csr.publicKey.toString('pem')).toString('hex') };
}

function parse(request: string): x509.Pkcs10CertificateRequest {
  try {
    return new x509.Pkcs10CertificateRequest(request);
  } catch (error) {
    throw new CloudError('invalid', 'The certificate request is not a PEM-encoded PKCS#10 request.', { cause: error });
  }
}
