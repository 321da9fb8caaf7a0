import { CloudError } from '@novadock/model';
import { findHost } from '@novadock/store';
import type { Cloud } from '../cloud.ts';
import type { InstanceReader } from '../hosts/hosts.ts';
import type { ProjectAuth } from '../identity/auth.ts';
import { visibleInstance } from './get-instance.ts';

export type FollowLogs = { id: string; tail: number; follow: boolean; sinceMs: number };

/** The console as it is, or as it grows until the instance stops; `tail` -1: from the beginning. Throws `notFound`, `conflict` when no host has the instance, `unavailable`. */
export async function followLogs(cloud: Cloud, auth: ProjectAuth, { id, ...read }: FollowLogs, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
  return (await readerOf(cloud, auth, id)).readLogs({ instanceId: id, ...read }, signal);
}

/** Reads an instance on the host that it lives on. Throws `notFound`, `conflict` when there is no such host, `unavailable`. */
export async function readerOf(cloud: Cloud, auth: ProjectAuth, id: string): Promise<InstanceReader> {
  const { hostId } = await visibleInstance(cloud.store, auth, id);
  const host = hostId === null ? null : await findHost(cloud.store.prisma, { id: hostId });
  if (host === null) throw new CloudError('conflict', `Instance ${id} is not ready`, { reason: 'noHost' });
  if (host.revokedAt !== null) throw new CloudError('unavailable', 'The host of the instance is revoked: nothing is said to it any more.', { reason: 'hostRevoked' });
  return cloud.hosts.reader(host);
}
