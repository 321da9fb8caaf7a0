import type { InstanceStatus } from './instance.ts';

/** The columns of an instance that its next status depends on. */
export type StatusRow = {
  power: string;
  generation: number;
  observedGeneration: number;
  observedPower: string | null;
  observedRestarts: number;
  containerId: string | null;
  exitCode: number | null;
  oomKilled: boolean;
  startedAt: Date | null;
  finishedAt: Date | null;
  launchedAt: Date | null;
  failed: boolean;
};

/** What a report changes in the status columns, and what follows from it. */
export type StatusChange = {
  columns: Omit<StatusRow, 'power' | 'generation'>;
  /** The generation was reached, or cannot be: its action ends. */
  finished?: { result: 'Success' } | { result: 'Error'; message: string };
  /** The row's end: ports and claims are released. */
  deleted?: true;
  /** It stopped because the host or the engine restarted, and should run: a new generation starts it again. */
  startAgain?: true;
  /** What an event should tell, without the prefix `instance.`. */
  event?: string;
};

/** What a report from the host changes, or undefined when it says nothing new. */
export function statusChange(row: StatusRow, seen: InstanceStatus, now: Date): StatusChange | undefined {
  const reached = Math.min(Math.max(row.observedGeneration, seen.generation), row.generation);
  const finishing = reached === row.generation && row.observedGeneration < row.generation;
  // Before the first generation is worked on, a host knows nothing of the instance; that is not news.
  if (seen.power === 'absent' && row.launchedAt === null && row.power !== 'absent' && !finishing) return undefined;
  const columns = { ...seenColumns(row, seen), observedGeneration: reached, launchedAt: row.launchedAt ?? (seen.startedAtMs === 0 ? null : now), failed: row.failed };
  if (finishing) return finish(row, seen, columns);
  // A delete that was given up as failed, and then came true after all.
  if (row.power === 'absent' && seen.power === 'absent' && reached === row.generation) return deleted(columns);
  return unasked(row, seen, columns);
}

/** The newest generation was reached, or the host says why it cannot be. */
function finish(row: StatusRow, seen: InstanceStatus, columns: StatusChange['columns']): StatusChange {
  if (seen.error !== undefined) {
    return { columns: { ...columns, failed: row.launchedAt === null || row.power === 'absent' }, finished: { result: 'Error', message: seen.error.message }, event: 'failed' };
  }
  if (row.power === 'absent' && seen.power === 'absent') return deleted(columns);
  return { columns: { ...columns, failed: false }, finished: { result: 'Success' }, event: seen.power };
}

function deleted(columns: StatusChange['columns']): StatusChange {
  return { columns, finished: { result: 'Success' }, deleted: true, event: 'deleted' };
}

function seenColumns(row: StatusRow, seen: InstanceStatus): Omit<StatusRow, 'power' | 'generation' | 'observedGeneration' | 'launchedAt' | 'failed'> {
  const stopped = seen.power === 'stopped';
  return {
    observedPower: seen.power,
    observedRestarts: Math.max(row.observedRestarts, seen.restarts),
    containerId: seen.containerId === '' ? null : seen.containerId,
    exitCode: stopped ? seen.exitCode : null,
    oomKilled: stopped && seen.oomKilled,
    startedAt: toDate(seen.startedAtMs),
    finishedAt: stopped ? toDate(seen.finishedAtMs) : null,
  };
}

/** The instance's state is not what it was, and no action of ours made it so. */
function unasked(row: StatusRow, seen: InstanceStatus, columns: StatusChange['columns']): StatusChange | undefined {
  if (row.observedGeneration < row.generation || row.failed) return changed(row, columns);
  if (seen.power === 'absent' && row.observedPower !== 'absent') {
    return { columns: { ...columns, failed: true }, finished: { result: 'Error', message: 'Its container is gone: somebody removed it on the host.' }, event: 'lost' };
  }
  if (seen.lostToRestart && row.power === 'running' && seen.power === 'stopped') return { columns, startAgain: true, event: 'lost-to-restart' };
  const change = changed(row, columns);
  return change === undefined || row.observedPower === seen.power ? change : { ...change, event: seen.power };
}

function changed(row: StatusRow, columns: StatusChange['columns']): StatusChange | undefined {
  const same = (Object.keys(columns) as (keyof typeof columns)[]).every((key) => equal(row[key], columns[key]));
  return same ? undefined : { columns };
}

function equal(a: unknown, b: unknown): boolean {
  return a instanceof Date && b instanceof Date ? a.getTime() === b.getTime() : a === b;
}

function toDate(ms: number): Date | null {
  return ms === 0 ? null : new Date(ms);
}

