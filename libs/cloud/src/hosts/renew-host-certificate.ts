import { CloudError } from '@novadock/model';
import { readCertificateRequest, signHostCertificate } from '@novadock/rpc';
import { findHost, isUuid } from '@novadock/store';
import type { Cloud } from '../cloud.ts';
import { forgetCommand } from './forget-command.ts';

/**
 * A new certificate for a host. That `request` (PEM PKCS#10) is signed by the host's own key is all the proof it takes, so a host that was
 * away until its certificate was over comes back by itself. Throws `notFound` when it is forgotten, `forbidden` when it is revoked or the
 * key is another one, `invalid`.
 */
export async function renewHostCertificate(cloud: Cloud, { hostId, request }: { hostId: string; request: string }): Promise<string> {
  const { keyHash } = await readCertificateRequest(request);
  const host = isUuid(hostId) ? await findHost(cloud.store.prisma, { id: hostId }) : null;
  if (host === null) throw new CloudError('notFound', 'This host is not, or no longer, one of this cloud. To be one it has to join with a new token (`novadock host token`).', { reason: 'hostForgotten' });
  if (host.keyHash !== keyHash) throw new CloudError('forbidden', 'The request is not signed by the key that the host joined with.', { reason: 'hostKeyWrong' });
  if (host.revokedAt !== null) throw new CloudError('forbidden', `Host ${host.name} is revoked. To be one again it has to be forgotten by ${forgetCommand(host)}, and to join with a new token.`, { reason: 'hostRevoked' });
  return signHostCertificate(cloud.authority, request, host.id);
}
