import { assertHostCertificate, createCertificateRequest } from '@novadock/rpc';
import type { Enrolled } from './agent-folder.ts';
import { connectApi } from './connect-api.ts';

/**
 * This host with a new certificate of its key. Throws `forbidden` when it is revoked, `notFound` when it is forgotten, `unavailable`. Whoever
 * answers need not be believed: the request is no secret, and the certificate has to be this host's, by the authority that it knows. So hosts
 * do not part from a control plane that got another key.
 */
export async function renewCertificate(enrolled: Enrolled): Promise<Enrolled> {
  const { request } = await createCertificateRequest(enrolled.name, enrolled.key);
  const api = await connectApi({ url: enrolled.url, trust: 'nothing' });
  const { certificate } = (await api.post(`/v1/hosts/${enrolled.hostId}/certificate`, { request })) as { certificate: string };
  assertHostCertificate({ ...enrolled, certificate });
  return { ...enrolled, certificate };
}
