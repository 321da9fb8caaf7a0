import { randomUUID } from 'node:crypto';
import { CloudError } from '@novadock/model';
import { signHostCertificate } from '@novadock/rpc';
import { findHost, inTransaction, notify, recordEvent, upsertHost, useJoinToken } from '@novadock/store';
import type { Cloud } from '../cloud.ts';
import { parseJoinToken } from './join-tokens.ts';
import { hostsChannel } from './wake-host.ts';

export type EnrolRequest = { token: string; request: string; name: string; address: string };
export type Enrolment = { hostId: string; cloudId: string; certificate: string; authority: string };

/**
 * Makes the bearer of a join token a host: certifies its key (`request`: PEM PKCS#10), which never left it. Throws
 * `unauthenticated` when the token is unknown, used up or expired, `conflict` when the name is another host's.
 */
export async function enrolHost(cloud: Cloud, { token, request, name, address }: EnrolRequest): Promise<Enrolment> {
  const parsed = parseJoinToken(token);
  const hostId = randomUUID();
  const certificate = await signHostCertificate(cloud.authority, request, hostId);
  await inTransaction(cloud.store, async (tx) => {
    if (parsed === undefined || !(await useJoinToken(tx, parsed.id, parsed.secretHash))) {
      throw new CloudError('unauthenticated', 'The join token is unknown, used up or expired: make a new one with POST /v1/join-tokens.', { reason: 'joinTokenRefused' });
    }
    if ((await findHost(tx, { name })) !== null) {
      throw new CloudError('conflict', `There is a host ${name} already. Give this one another name (--name), or delete that one first.`, { reason: 'hostNameTaken' });
    }
    await upsertHost(tx, { id: hostId, name, address });
    await recordEvent(tx, { kind: 'host.enrolled', subjectId: hostId, data: { name, address } });
    await notify(tx, hostsChannel, hostId);
  });
  return { hostId, cloudId: cloud.cloudId, certificate, authority: cloud.authority.certificate };
}
