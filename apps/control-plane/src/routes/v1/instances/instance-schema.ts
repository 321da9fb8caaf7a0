import type { Fault, FlavorSnapshot, InstanceView } from '@novadock/cloud';
import { serverStatus } from '@novadock/model';
import { Type, type Static } from 'typebox';
import { dateTime, nullable } from '../schemas.ts';

export const instanceSchema = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    name: Type.String(),
    status: Type.String({ description: 'build, active, shutoff, paused, reboot, hard_reboot, error: the words of Nova.' }),
    task: nullable(Type.String({ description: 'What its host is doing about it; null: nothing.' })),
    exitCode: nullable(Type.Integer({ description: 'Of its main process, once that has ended.' })),
    oomKilled: Type.Boolean({ description: 'It was ended for want of memory.' }),
    fault: nullable(Type.Object({ message: Type.String(), at: dateTime }, { description: 'Why it is in error, or what its last action failed of.' })),
    host: nullable(Type.String()),
    imageId: Type.String({ format: 'uuid' }),
    flavor: Type.Object({ id: Type.String(), name: Type.String(), vcpus: Type.Integer(), memoryMb: Type.Integer(), diskGb: Type.Integer() }),
    addresses: Type.Array(Type.Object({ network: Type.String(), networkId: Type.String({ format: 'uuid' }), address: Type.String(), ipVersion: Type.Integer(), macAddress: Type.String() })),
    key: nullable(Type.String()),
    metadata: Type.Record(Type.String(), Type.String()),
    tags: Type.Array(Type.String()),
    hostname: Type.String(),
    description: nullable(Type.String()),
    locked: Type.Boolean(),
    projectId: Type.String(),
    userId: Type.String(),
    createdAt: dateTime,
    launchedAt: nullable(dateTime),
    startedAt: nullable(dateTime),
    finishedAt: nullable(dateTime),
  },
  { $id: 'Instance' },
);

export const instanceParams = Type.Object({ instance: Type.String({ description: 'Its id, or its name when only one has it.' }) });

/** An instance as /v1 shows it. */
export function toInstance(view: InstanceView): Static<typeof instanceSchema> {
  const { status, taskState } = serverStatus(view);
  const flavor = view.flavor as FlavorSnapshot;
  const fault = view.fault as Fault | null;
  return {
    id: view.id,
    name: view.name,
    status: status.toLowerCase(),
    task: taskState,
    exitCode: view.exitCode,
    oomKilled: view.oomKilled,
    fault: fault && { message: fault.message, at: fault.at },
    host: view.hostName,
    imageId: view.imageId,
    flavor: { id: flavor.id, name: flavor.name, vcpus: flavor.vcpus, memoryMb: flavor.memoryMb, diskGb: flavor.diskGb },
    addresses: view.interfaces.flatMap(({ networkName, networkId, macAddress, fixedIps }) => fixedIps.map(({ address, ipVersion }) => ({ network: networkName, networkId, address, ipVersion, macAddress }))),
    key: view.keyName,
    metadata: view.metadata as Record<string, string>,
    tags: view.tags,
    hostname: view.hostname,
    description: view.description,
    locked: view.locked,
    projectId: view.projectId,
    userId: view.userId,
    createdAt: view.createdAt.toISOString(),
    launchedAt: view.launchedAt?.toISOString() ?? null,
    startedAt: view.startedAt?.toISOString() ?? null,
    finishedAt: view.finishedAt?.toISOString() ?? null,
  };
}
