import { createPrivateKey, X509Certificate } from 'node:crypto';
import { CloudError } from '@novadock/model';
import { hostDnsName } from './identity.ts';

/**
 * Throws `unauthenticated` unless `certificate` is the host's own: of its key, under its id, signed by its cloud's authority and not over.
 * So it does not matter by which way, or from whom, it came.
 */
export function assertHostCertificate({ authority, key, hostId, certificate }: { authority: string; key: string; hostId: string; certificate: string }): void {
  const found = parse(certificate);
  const why = found === undefined ? 'it is none' : flawOf({ found, authority, key, hostId });
  if (why !== undefined) throw new CloudError('unauthenticated', `The certificate that came is not this host's: ${why}.`, { reason: 'wrongCertificate' });
}

/** When to renew a certificate: at half of its life. */
export function renewAtMs(certificate: string): number {
  const { validFrom, validTo } = new X509Certificate(certificate);
  return (Date.parse(validFrom) + Date.parse(validTo)) / 2;
}

function parse(certificate: string): X509Certificate | undefined {
  try {
    return new X509Certificate(certificate);
  } catch {
    return undefined;
  }
}

function flawOf({ found, authority, key, hostId }: { found: X509Certificate; authority: string; key: string; hostId: string }): string | undefined {
  const issuer = new X509Certificate(authority);
  if (!found.checkIssued(issuer) || !found.verify(issuer.publicKey)) return 'another authority signed it';
  if (!found.checkPrivateKey(createPrivateKey(key))) return 'it is of another key';
  if (found.checkHost(hostDnsName(hostId)) === undefined) return 'it is of another host';
  return Date.parse(found.validTo) <= Date.now() ? `it was good until ${found.validTo}` : undefined;
}
