import { listHosts, type Cloud, type HostView } from '@novadock/cloud';
import type { HostFacts } from '@novadock/model';
import { Type, type Static } from 'typebox';
import { onlyOne } from '../only-one.ts';
import { labelsSchema } from '../labels-schema.ts';
import { dateTime, nullable } from '../schemas.ts';
import { hostSetupSchema, toHostSetup } from './host-setup-schema.ts';

const room = Type.Object({ vcpus: Type.Integer(), memoryMb: Type.Integer(), diskGb: Type.Integer() });

const factsSchema = Type.Object({
  hostname: Type.String(),
  architecture: Type.String(),
  operatingSystem: Type.String(),
  kernel: Type.String(),
  cpuModel: Type.String(),
  diskFreeGb: Type.Integer(),
  agentVersion: Type.String(),
  bootedAt: dateTime,
  engine: Type.Object({ version: Type.String(), apiVersion: Type.String(), storageDriver: Type.String(), cgroupVersion: Type.String(), liveRestore: Type.Boolean() }),
});

export const hostSchema = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    name: Type.String(),
    address: Type.String({ description: 'Where its agent answers.' }),
    up: Type.Boolean({ description: 'Its agent answers.' }),
    enabled: Type.Boolean({ description: 'It takes new instances.' }),
    disabledReason: nullable(Type.String()),
    engineReady: Type.Boolean(),
    engineReason: nullable(Type.String({ description: 'Why its engine is not ready.' })),
    revoked: Type.Boolean({ description: 'Nothing is said to it any more.' }),
    availabilityZone: Type.String(),
    labels: labelsSchema,
    capacity: room,
    used: Type.Object({ vcpus: Type.Integer(), memoryMb: Type.Integer(), diskGb: Type.Integer() }, { description: 'What its instances claim.' }),
    instances: Type.Integer(),
    lastSeenAt: nullable(dateTime),
    createdAt: dateTime,
    setup: hostSetupSchema,
    forgettingSince: nullable(Type.String({ format: 'date-time', description: 'Since when it is being taken back, to be forgotten in the end.' })),
    facts: nullable(factsSchema),
  },
  { $id: 'Host' },
);

export const hostParams = Type.Object({ host: Type.String({ description: 'Its id or name.' }) });

/** A host by its id or name. Throws `notFound`. */
export async function findHost(cloud: Cloud, idOrName: string): Promise<HostView> {
  const hosts = await listHosts(cloud);
  return onlyOne('host', idOrName, hosts.filter(({ id, name }) => id === idOrName || name === idOrName));
}

/** A host as /v1 shows it. */
export function toHost(view: HostView): Static<typeof hostSchema> {
  // Empty before its agent reported first.
  const facts = 'engine' in (view.facts as object) ? (view.facts as HostFacts) : undefined;
  const { id, name, address, up, enabled, disabledReason, availabilityZone, instances } = view;
  return {
    id, name, address, up, enabled, disabledReason,
    engineReady: facts?.engine.ready ?? false,
    engineReason: facts === undefined ? 'Its agent has not reported yet.' : facts.engine.ready ? null : facts.engine.reason,
    revoked: view.revokedAt !== null,
    availabilityZone,
    labels: view.labels as Record<string, string>,
    capacity: { vcpus: view.vcpus, memoryMb: view.memoryMb, diskGb: view.diskGb },
    used: { vcpus: view.usedVcpus, memoryMb: view.usedMemoryMb, diskGb: view.usedDiskGb },
    instances,
    lastSeenAt: view.lastSeenAt?.toISOString() ?? null,
    createdAt: view.createdAt.toISOString(),
    setup: toHostSetup(view),
    forgettingSince: view.forgettingAt?.toISOString() ?? null,
    facts: facts === undefined ? null : { ...facts, bootedAt: new Date(facts.bootedAtMs).toISOString() },
  };
}
