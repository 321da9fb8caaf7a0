import { createPublicKey } from 'node:crypto';
import { isIP } from 'node:net';
import type { Authority } from './authority.ts';
import { readCertificateRequest } from './certificate-request.ts';
import { createPrivateKey } from './create-private-key.ts';
import { controlPlaneName, hostDnsName } from './identity.ts';
import { backdateMs, keyAlgorithm, keyFromPem, serialNumber, x509 } from './x509.ts';

/** How long a certificate is good: each is renewed at half of it, so a key that got lost is worth little. */
export const certificateLifeMs = 24 * 60 * 60 * 1000;

/** Certifies a host's key (PEM request) as that host's server, for a day. Throws `invalid` when the request is none or its signature is wrong. */
export async function signHostCertificate(authority: Authority, request: string, hostId: string, lifeMs = certificateLifeMs): Promise<string> {
  const { publicKey } = await readCertificateRequest(request);
  return sign({ authority, publicKey, name: hostDnsName(hostId), usage: x509.ExtendedKeyUsage.serverAuth, names: [hostDnsName(hostId)], lifeMs });
}

/** A fresh key and certificate of the control plane, PEM, for a day: made at each start and before they end, never stored. */
export async function createControlPlaneCertificate(authority: Authority, lifeMs = certificateLifeMs): Promise<{ certificate: string; key: string }> {
  const key = createPrivateKey();
  const certificate = await sign({ authority, publicKey: publicKeyOf(key), name: controlPlaneName, usage: x509.ExtendedKeyUsage.clientAuth, names: [controlPlaneName], lifeMs });
  return { certificate, key };
}

/** A certificate for the API's key (PEM) under `names`, which are DNS names and addresses; for a day. */
export function createApiCertificate(authority: Authority, key: string, names: string[]): Promise<string> {
  return sign({ authority, publicKey: publicKeyOf(key), name: 'Novadock API', usage: x509.ExtendedKeyUsage.serverAuth, names, lifeMs: certificateLifeMs });
}

function publicKeyOf(key: string): x509.PublicKey {
  return new x509.PublicKey(new Uint8Array(createPublicKey(key).export({ type: 'spki', format: 'der' })));
}

async function sign(options: { authority: Authority; publicKey: x509.PublicKey; name: string; usage: x509.ExtendedKeyUsage; names: string[]; lifeMs: number }): Promise<string> {
  const issuer = new x509.X509Certificate(options.authority.certificate);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    issuer: issuer.subject,
    subject: `CN=${options.name}`,
    notBefore: new Date(Date.now() - backdateMs),
    notAfter: new Date(Date.now() + options.lifeMs),
    signingAlgorithm: keyAlgorithm,
    publicKey: options.publicKey,
    signingKey: await keyFromPem(options.authority.key),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([options.usage]),
      new x509.SubjectAlternativeNameExtension(options.names.map((value) => ({ type: isIP(value) === 0 ? 'dns' : 'ip', value }))),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  });
  return certificate.toString('pem');
}
