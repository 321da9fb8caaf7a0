import { createApiCertificate, renewAtMs, type Authority } from '@novadock/rpc';
import type { CertificateSource } from './open-api-tls.ts';

/** Certificates by the cloud's authority of the key that is kept: a new one when the names change, and at half of its life. */
export function ownCertificate({ authority, key, names }: { authority: Authority; key: string; names: () => string[] }): CertificateSource {
  let certified: string[] = [];
  return async (current) => {
    const wanted = names();
    if (current !== undefined && wanted.join() === certified.join() && Date.now() < renewAtMs(current.cert)) return current;
    const cert = await createApiCertificate(authority, key, wanted);
    certified = wanted;
    return { cert, key };
  };
}
