import type { FailureKind, HostState, HostTask, RolloutHostFacts, SkipReason, TaskError } from '@novadock/model';
import type { RolloutHostRow, RolloutHostWrite } from '@novadock/store';
import type { HostSnapshot } from './host-snapshot.ts';

type Row = NonNullable<RolloutHostRow['task']>;

export type ProfileRef = { name: string; revision: number };

/** A host task as the machine knows it. */
export function toTask(row: Row, facts: RolloutHostFacts): HostTask {
  return {
    hostId: row.hostId, zone: row.zone, wave: row.wave, attempt: row.attempt, acknowledged: row.acknowledged, touched: row.touched, previous: row.previous, cordoned: row.cordoned, catchUp: row.catchUp, disturbed: row.disturbed,
    state: row.state as HostState, skipped: row.skipped as SkipReason | null, failure: row.failure as FailureKind | null, error: row.error as TaskError | null,
    epoch: Number(row.epoch), stateAtMs: row.stateAt.getTime(), assignedAtMs: row.assignedAt.getTime(), resultAtMs: row.resultAt.getTime(), facts,
  };
}

/** And as it is written. */
export function fromTask(task: HostTask, { position, previousProfile }: { position: number; previousProfile: HostSnapshot | null }): RolloutHostWrite {
  const { facts: _, stateAtMs, assignedAtMs, resultAtMs, ...same } = task;
  return { ...same, position, previousProfile, stateAt: new Date(stateAtMs), assignedAt: new Date(assignedAtMs), resultAt: new Date(resultAtMs) };
}
