import type { VmState } from './actions.ts';
import type { Power } from './instance.ts';

/** The columns of an instance that its status is derived from. */
export type StatusColumns = {
  power: string;
  generation: number;
  observedGeneration: number;
  observedPower: string | null;
  task: string | null;
  hostId: string | null;
  launchedAt: Date | null;
  failed: boolean;
  deletedAt: Date | null;
};

/** Nova's four words for the state of a server. powerState: 0 NOSTATE, 1 Running, 3 Paused, 4 Shutdown. */
export type ServerStatus = { status: string; vmState: VmState; taskState: string | null; powerState: number };

const powerStates = { running: 1, paused: 3, stopped: 4, absent: 0 } as const satisfies Record<Power, number>;
const vmStates = { running: 'active', paused: 'paused', stopped: 'stopped', absent: 'error' } as const satisfies Record<Power, VmState>;
const statuses = { building: 'BUILD', active: 'ACTIVE', stopped: 'SHUTOFF', paused: 'PAUSED', error: 'ERROR', deleted: 'DELETED' } as const satisfies Record<VmState, string>;
const taskStatuses: Record<string, string> = { rebooting: 'REBOOT', rebooting_hard: 'HARD_REBOOT' };

/** Derives what a server's status is; it is never stored. */
export function serverStatus(row: StatusColumns): ServerStatus {
  const vmState = toVmState(row);
  const taskState = row.deletedAt === null && row.observedGeneration < row.generation ? taskOf(row) : null;
  const overlay = taskState !== null && vmState !== 'building' ? taskStatuses[taskState] : undefined;
  return { status: overlay ?? statuses[vmState], vmState, taskState, powerState: powerStateOf(row) };
}

function toVmState(row: StatusColumns): VmState {
  if (row.deletedAt !== null) return 'deleted';
  if (row.failed) return 'error';
  if (row.launchedAt === null && row.observedPower !== 'stopped') return 'building';
  if (row.launchedAt === null && row.observedGeneration < row.generation) return 'building';
  return vmStates[(row.observedPower ?? 'absent') as Power];
}

function taskOf(row: StatusColumns): string | null {
  if (row.task !== null) return row.task;
  return row.hostId === null ? 'scheduling' : 'spawning';
}

function powerStateOf(row: StatusColumns): number {
  if (row.deletedAt !== null || row.launchedAt === null || row.observedPower === null) return 0;
  return powerStates[row.observedPower as Power];
}
