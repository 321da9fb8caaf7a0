import type { AgentService, InstanceStatus } from '@novadock/model';
import { inTransaction, lastEventOf, recordEvent } from '@novadock/store';
import type { Cloud } from '../cloud.ts';

/** How long a container of ours that belongs to no instance is left alone after it was reported. */
export const strayGraceMs = 10 * 60_000;

/** Deals with a container of this cloud that belongs to no instance on its host (P6): reports it in an event first, and has it removed when its grace is over. */
export async function recordStray(cloud: Cloud, host: { hostId: string; agent: AgentService; epoch: number }, stray: InstanceStatus, graceMs = strayGraceMs): Promise<'reported' | 'waiting' | 'removed'> {
  const reported = await lastEventOf(cloud.store, { subjectId: stray.id, kind: 'instance.stray' });
  if ((reported?.data as { containerId?: string } | undefined)?.containerId !== stray.containerId || reported === undefined) {
    await inTransaction(cloud.store, (tx) => recordEvent(tx, { kind: 'instance.stray', subjectId: stray.id, data: { hostId: host.hostId, containerId: stray.containerId } }));
    return 'reported';
  }
  if (Date.now() - reported.at.getTime() < graceMs) return 'waiting';
  await host.agent.applyInstance({ spec: absentSpec(stray.id), generation: stray.generation + 1, epoch: host.epoch });
  await inTransaction(cloud.store, (tx) => recordEvent(tx, { kind: 'instance.stray-removed', subjectId: stray.id, data: { hostId: host.hostId, containerId: stray.containerId } }));
  return 'removed';
}

function absentSpec(id: string) {
  return {
    id, name: '', hostname: '', projectId: '', power: 'absent' as const, restarts: 0, restartHard: false, image: { id: '', engineId: '' },
    vcpus: 0, memoryMb: 0, pidsLimit: 0, stopTimeoutSeconds: 10, env: [], command: [], authorizedKeys: [], ports: [],
  };
}
