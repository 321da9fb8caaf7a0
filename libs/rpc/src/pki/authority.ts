import { webcrypto } from 'node:crypto';
import { backdateMs, keyAlgorithm, keyToPem, serialNumber, x509 } from './x509.ts';

const dayMs = 24 * 60 * 60 * 1000;

/** The cloud's own certificate authority, PEM. */
export type Authority = { certificate: string; key: string };

/** Makes a new authority, good for ten years. */
export async function createAuthority(): Promise<Authority> {
  const keys = (await webcrypto.subtle.generateKey(keyAlgorithm, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair;
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: 'CN=Novadock CA',
    notBefore: new Date(Date.now() - backdateMs),
    notAfter: new Date(Date.now() + 3650 * dayMs),
    signingAlgorithm: keyAlgorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate: certificate.toString('pem'), key: await keyToPem(keys.privateKey) };
}

/** The authority's certificate as a short name that a join token carries: sha256, hex. */
export async function authorityFingerprint(certificate: string): Promise<string> {
  return Buffer.from(await new x509.X509Certificate(certificate).getThumbprint('SHA-256')).toString('hex');
}
