import type { HostFacts, InstanceSpec, InstanceStatus, InstancesUpdate, InstanceStats, Power } from '@novadock/model';
import type { HostFacts__Output } from './generated/novadock/agent/v1/HostFacts.ts';
import type { InstanceSpec__Output, InstanceSpec as InstanceSpecMessage } from './generated/novadock/agent/v1/InstanceSpec.ts';
import type { InstanceStats__Output } from './generated/novadock/agent/v1/InstanceStats.ts';
import type { InstanceStatus__Output, InstanceStatus as InstanceStatusMessage } from './generated/novadock/agent/v1/InstanceStatus.ts';
import type { InstancesUpdate__Output, InstancesUpdate as InstancesUpdateMessage } from './generated/novadock/agent/v1/InstancesUpdate.ts';
import type { Power__Output } from './generated/novadock/agent/v1/Power.ts';

const powers = { running: 'RUNNING', stopped: 'STOPPED', paused: 'PAUSED', absent: 'ABSENT' } as const satisfies Record<Power, Power__Output>;

function fromPower(power: Power__Output): Power {
  return power === 'POWER_UNSPECIFIED' ? 'absent' : (power.toLowerCase() as Power);
}

export function toSpecMessage(spec: InstanceSpec): InstanceSpecMessage {
  return { ...spec, power: powers[spec.power] };
}

/** Throws nothing: what a message lacks has proto's defaults. */
export function fromSpecMessage(message: InstanceSpec__Output): InstanceSpec {
  return {
    ...message,
    power: fromPower(message.power),
    image: message.image ?? { id: '', engineId: '' },
    ports: message.ports.map((port) => ({ ...port, network: port.network ?? { id: '', name: '', subnets: [] } })),
  };
}

export function toStatusMessage(status: InstanceStatus): InstanceStatusMessage {
  return { ...status, power: powers[status.power], error: status.error ?? null };
}

function fromStatusMessage(message: InstanceStatus__Output): InstanceStatus {
  return { ...message, power: fromPower(message.power), error: message.error ?? undefined };
}

export function toUpdateMessage(update: InstancesUpdate): InstancesUpdateMessage {
  return 'all' in update ? { all: { instances: update.all.map(toStatusMessage) } } : { one: toStatusMessage(update.one) };
}

export function fromUpdateMessage(message: InstancesUpdate__Output): InstancesUpdate {
  return message.one ? { one: fromStatusMessage(message.one) } : { all: (message.all?.instances ?? []).map(fromStatusMessage) };
}

const noEngine = { ready: false, reason: 'not reported', version: '', apiVersion: '', storageDriver: '', cgroupVersion: '', liveRestore: false };

export function fromFactsMessage(message: HostFacts__Output): HostFacts {
  return { ...message, engine: message.engine ?? noEngine, setup: message.setup ?? undefined };
}

export function fromStatsMessage(message: InstanceStats__Output): InstanceStats {
  return message;
}
