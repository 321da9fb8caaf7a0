import { CloudError, type AgentService } from '@novadock/model';
import type { Cloud } from '../cloud.ts';
import type { ProjectAuth } from '../identity/auth.ts';
import { visibleInstance } from './get-instance.ts';

export type FollowLogs = { id: string; tail: number; follow: boolean; sinceMs: number };

/** The console as it is, or as it grows until the instance stops; `tail` -1: from the beginning. Throws `notFound`, `conflict` when no host has the instance, `unavailable`. */
export async function followLogs(cloud: Cloud, auth: ProjectAuth, { id, ...read }: FollowLogs, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
  return (await agentOf(cloud, auth, id)).readLogs({ instanceId: id, ...read }, signal);
}

/** The agent of the host that an instance lives on. Throws `notFound`, `conflict` when there is no such host, `unavailable`. */
export async function agentOf(cloud: Cloud, auth: ProjectAuth, id: string): Promise<AgentService> {
  const { hostId } = await visibleInstance(cloud.store, auth, id);
  if (hostId === null) throw new CloudError('conflict', `Instance ${id} is not ready`, { reason: 'noHost' });
  return cloud.hosts.agent(hostId);
}
