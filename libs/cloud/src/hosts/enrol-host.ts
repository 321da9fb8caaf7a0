import { randomUUID } from 'node:crypto';
import { CloudError } from '@novadock/model';
import { readCertificateRequest, signHostCertificate } from '@novadock/rpc';
import { findHost, insertHost, inTransaction, isUniqueViolation, notify, recordEvent, updateHost, useJoinToken, type Store, type Transaction } from '@novadock/store';
import type { Cloud } from '../cloud.ts';
import { forgetCommand } from './forget-command.ts';
import { parseJoinToken } from './join-tokens.ts';
import { hostsChannel } from './wake-host.ts';

/** `machineId`: names the machine (machine-id(5), hashed); undefined where it has none. */
export type EnrolRequest = { token: string; request: string; name: string; address: string; machineId?: string };
export type Enrolment = { hostId: string; cloudId: string; certificate: string; authority: string };

const defaultZone = 'nova';

/**
 * Makes the bearer of a join token a host, with the token's labels: certifies its key (`request`: PEM PKCS#10), which never left it. Throws
 * `unauthenticated` when the token is unknown, used up, expired or revoked, `conflict` when the name or the machine is a host's already. A
 * host that asks again, with the same key, did not get the answer: it is given it, for no further use of a token.
 */
export async function enrolHost(cloud: Cloud, request: EnrolRequest): Promise<Enrolment> {
  const { keyHash } = await readCertificateRequest(request.request);
  const hostId = (await askedBefore(cloud, request, keyHash)) ?? (await addHost(cloud, request, keyHash));
  return { hostId, cloudId: cloud.cloudId, certificate: await signHostCertificate(cloud.authority, request.request, hostId), authority: cloud.authority.certificate };
}

async function askedBefore({ store }: Cloud, { name, address }: EnrolRequest, keyHash: string): Promise<string | undefined> {
  const host = await findHost(store.prisma, { name, keyHash });
  if (host === null || host.revokedAt !== null) return undefined;
  if (host.address !== address) await updateHost(store.prisma, host.id, { address });
  return host.id;
}

async function addHost({ store }: Cloud, { token, name, address, machineId = '' }: EnrolRequest, keyHash: string): Promise<string> {
  const parsed = parseJoinToken(token);
  const id = randomUUID();
  try {
    await inTransaction(store, async (tx) => {
      const used = parsed === undefined ? null : await useJoinToken(tx, parsed.id, parsed.secretHash);
      if (used === null) throw new CloudError('unauthenticated', 'The join token is unknown, used up, expired or revoked. `novadock host token` makes a new one.', { reason: 'joinTokenRefused' });
      await assertNew(tx, name, machineId);
      const labels = used.labels as Record<string, string>;
      await insertHost(tx, { id, name, address, keyHash, machineId, labels, availabilityZone: labels.zone ?? defaultZone });
      await recordEvent(tx, { kind: 'host.enrolled', subjectId: id, data: { name, address, labels } });
      await notify(tx, hostsChannel, id);
    });
  } catch (error) {
    // Another one with the same name or machine came first, at the same time.
    if (isUniqueViolation(error)) await assertNew(store.prisma, name, machineId);
    throw error;
  }
  return id;
}

async function assertNew(db: Store['prisma'] | Transaction, name: string, machineId: string): Promise<void> {
  const machine = machineId === '' ? null : await findHost(db, { machineId });
  if (machine !== null) {
    const anew = `${forgetCommand(machine)} before it joins anew`;
    const copied = `If it is a copy of that machine, give it an id of its own: rm /etc/machine-id; systemd-machine-id-setup`;
    throw new CloudError('conflict', `This machine is the host ${machine.name} already${machine.revokedAt === null ? '' : ', which is revoked'}: ${anew}. ${copied}.`, { reason: 'machineIsHost' });
  }
  const namesake = await findHost(db, { name });
  if (namesake === null) return;
  throw new CloudError('conflict', `There is a host ${name} already. Give this one another name (--name), or forget that one first: ${forgetCommand(namesake)}.`, { reason: 'hostNameTaken' });
}
