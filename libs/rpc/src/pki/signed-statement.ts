import { createPublicKey, sign, verify, X509Certificate } from 'node:crypto';
import { CloudError } from '@novadock/model';
import { controlPlaneName, type TlsIdentity } from './identity.ts';

/** Words of the control plane that prove themselves, whoever brings them: `certificate` (PEM) is what it shows agents, `signature` (base64) is by its key. */
export type SignedStatement = { text: string; certificate: string; signature: string };

/** So that nothing else that such a key ever signs is taken for a statement. */
const purpose = 'novadock statement\n';

/** `identity`: of the control plane. */
export function signStatement({ certificate, key }: Pick<TlsIdentity, 'certificate' | 'key'>, text: string): SignedStatement {
  return { text, certificate, signature: sign('sha256', Buffer.from(purpose + text), key).toString('base64') };
}

/** What a statement says. Throws `unauthenticated` (wrongStatement) unless the control plane of the cloud with this authority (PEM) made it. */
export function readStatement({ authority, statement }: { authority: string; statement: SignedStatement }): string {
  const why = flawOf(authority, statement);
  if (why === undefined) return statement.text;
  throw new CloudError('unauthenticated', `What came is not from this host's control plane: ${why}.`, { reason: 'wrongStatement' });
}

function flawOf(authority: string, { text, certificate, signature }: SignedStatement): string | undefined {
  const found = parse(certificate);
  if (found === undefined) return 'it has no certificate';
  const issuer = new X509Certificate(authority);
  if (!found.checkIssued(issuer) || !found.verify(issuer.publicKey)) return 'another authority signed its certificate';
  if (found.subject !== `CN=${controlPlaneName}`) return `its certificate is of ${found.subject}`;
  if (Date.parse(found.validTo) <= Date.now() || Date.parse(found.validFrom) > Date.now()) return `its certificate is good from ${found.validFrom} to ${found.validTo}`;
  const isIts = verify('sha256', Buffer.from(purpose + text), createPublicKey(certificate), Buffer.from(signature, 'base64'));
  return isIts ? undefined : 'its signature is of something else';
}

function parse(certificate: string): X509Certificate | undefined {
  try {
    return new X509Certificate(certificate);
  } catch {
    return undefined;
  }
}
