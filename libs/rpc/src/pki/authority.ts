import 'reflect-metadata';
import { randomBytes, webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { CloudError } from '@novadock/model';
import { controlPlaneName, hostDnsName } from './identity.ts';

x509.cryptoProvider.set(webcrypto as never);

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const dayMs = 24 * 60 * 60 * 1000;
/** Clocks of hosts differ a little. */
const backdateMs = 10 * 60 * 1000;

/** The cloud's own certificate authority, PEM. */
export type Authority = { certificate: string; key: string };

/** Makes a new authority, good for ten years. */
export async function createAuthority(): Promise<Authority> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: 'CN=Novadock CA',
    notBefore: new Date(Date.now() - backdateMs),
    notAfter: new Date(Date.now() + 3650 * dayMs),
    signingAlgorithm: algorithm,
    keys: keys as webcrypto.CryptoKeyPair,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create((keys as webcrypto.CryptoKeyPair).publicKey),
    ],
  });
  return { certificate: certificate.toString('pem'), key: await keyToPem((keys as webcrypto.CryptoKeyPair).privateKey) };
}

/** The authority's certificate as a short name that a join token carries: sha256, hex. */
export async function authorityFingerprint(certificate: string): Promise<string> {
  return Buffer.from(await new x509.X509Certificate(certificate).getThumbprint('SHA-256')).toString('hex');
}

/** Makes a key and a request to have it certified, both PEM; the key stays where it was made. */
export async function createCertificateRequest(name: string): Promise<{ key: string; request: string }> {
  const keys = (await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair;
  const request = await x509.Pkcs10CertificateRequestGenerator.create({ name: `CN=${name}`, keys, signingAlgorithm: algorithm });
  return { key: await keyToPem(keys.privateKey), request: request.toString('pem') };
}

/** Certifies a host's key (PEM request) as that host's server; throws `invalid` when the request is none or its signature is wrong. */
export async function signHostCertificate(authority: Authority, request: string, hostId: string): Promise<string> {
  const csr = parseRequest(request);
  if (!(await csr.verify().catch(() => false))) throw new CloudError('invalid', 'The certificate request is not signed by its own key.');
  return sign({ authority, publicKey: csr.publicKey, name: `CN=${hostDnsName(hostId)}`, usage: x509.ExtendedKeyUsage.serverAuth, dns: hostDnsName(hostId) });
}

/** A fresh key and certificate of the control plane, PEM: made at each start, never stored. */
export async function createControlPlaneCertificate(authority: Authority): Promise<{ certificate: string; key: string }> {
  const keys = (await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair;
  const certificate = await sign({ authority, publicKey: keys.publicKey, name: `CN=${controlPlaneName}`, usage: x509.ExtendedKeyUsage.clientAuth, dns: controlPlaneName });
  return { certificate, key: await keyToPem(keys.privateKey) };
}

function parseRequest(request: string): x509.Pkcs10CertificateRequest {
  try {
    return new x509.Pkcs10CertificateRequest(request);
  } catch (error) {
    throw new CloudError('invalid', 'The certificate request is not a PEM-encoded PKCS#10 request.', { cause: error });
  }
}

async function sign(options: { authority: Authority; publicKey: x509.PublicKeyType; name: string; usage: x509.ExtendedKeyUsage; dns: string }): Promise<string> {
  const issuer = new x509.X509Certificate(options.authority.certificate);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    issuer: issuer.subject,
    subject: options.name,
    notBefore: new Date(Date.now() - backdateMs),
    // Nothing renews certificates yet, so they last as long as the authority.
    notAfter: issuer.notAfter,
    signingAlgorithm: algorithm,
    publicKey: options.publicKey,
    signingKey: await keyFromPem(options.authority.key),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([options.usage]),
      new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: options.dns }]),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  });
  return certificate.toString('pem');
}

function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = (bytes[0] ?? 0) & 0x7f;
  return bytes.toString('hex');
}

async function keyToPem(key: webcrypto.CryptoKey): Promise<string> {
  return x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');
}

function keyFromPem(pem: string): Promise<webcrypto.CryptoKey> {
  return webcrypto.subtle.importKey('pkcs8', x509.PemConverter.decode(pem)[0] ?? new ArrayBuffer(0), algorithm, false, ['sign']) as Promise<webcrypto.CryptoKey>;
}
