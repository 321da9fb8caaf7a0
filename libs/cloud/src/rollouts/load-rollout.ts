import type { Rollout, RolloutHostFacts, RolloutSnapshot, RollbackScope, RunStep, SetupEnd, SetupStepChange, StepReport, Strategy, TaskError, Wave } from '@novadock/model';
import { countDisturbed, findSetupReports, heldStates, readLogTail, readRolloutHosts, type HostSelection, type RolloutHostRow, type RolloutRow, type SetupReport, type Transaction } from '@novadock/store';
import { toHostFacts } from './host-facts.ts';
import type { PlanView } from './plan-view.ts';
import { rolloutName } from './rollout-name.ts';
import { runIdOf } from './run-id.ts';
import { toTask, type ProfileRef } from './to-task.ts';

/** A rollout with all that the machine has to know, and the rows behind it. */
export type LoadedRollout = {
  row: RolloutRow;
  snapshot: RolloutSnapshot;
  hosts: Map<string, RolloutHostRow>;
  /** The runs of its hosts in flight that there are, by id. */
  runs: Map<string, SetupReport>;
};

/** The steps of a host, each a run of its set-up. */
export const runSteps = ['precheck', 'staging', 'applying', 'reverting'] as const satisfies RunStep[];

/** Reads a rollout that `tx` has locked. */
export async function loadRollout(tx: Transaction, row: RolloutRow): Promise<LoadedRollout> {
  const rollout = toRollout(row);
  const joins = rollout.state === 'running' && rollout.strategy.lateJoiners;
  const rows = await readRolloutHosts(tx, row.number, joins ? (row.selector as unknown as HostSelection) : undefined);
  const inFlight = rows.filter(({ task }) => task !== null && (heldStates.includes(task.state) || (task.state === 'failed' && task.touched)));
  const found = inFlight.length === 0 ? [] : await findSetupReports(tx, inFlight.flatMap((host) => runIds(row, host)));
  const runs = new Map(found.map((run) => [run.id, run]));
  const disturbed = await disturbedBy(tx, row, inFlight, runs);
  const tails = await logTails(tx, found);
  const unresolvable = leftOut(row);
  const factsOf = (host: RolloutHostRow): RolloutHostFacts => {
    if (host.task === null) return toHostFacts(host, { unresolvable: unresolvable.get(host.name) });
    const reports = readReports(row, host, { runs, disturbed, tails });
    return toHostFacts(host, { ownRuns: runIds(row, host), reports, restarting: restarts(runs.get(runIdOf(row.id, host.hostId, host.task.attempt, 'applying'))) });
  };
  const tasks = rows.flatMap((host) => (host.task === null ? [] : [toTask(host.task, factsOf(host))]));
  const joining = rows.filter(({ task }) => task === null).map((host) => ({ hostId: host.hostId, zone: host.zone, excluded: host.excluded, facts: factsOf(host) }));
  return { row, snapshot: { rollout, waves: row.waves as unknown as Wave[], tasks, joining }, hosts: new Map(rows.map((host) => [host.hostId, host])), runs };
}

function toRollout(row: RolloutRow): Rollout {
  const { target, strict, planned, approvedBy, approvedWave, supersededBy } = row;
  return {
    id: rolloutName(row.number), target, strict, planned, approvedBy, approvedWave, supersededBy,
    strategy: row.strategy as unknown as Strategy,
    state: row.state as Rollout['state'],
    stateAtMs: row.stateAt.getTime(),
    reason: row.reason as Rollout['reason'],
    rollback: row.rollback as unknown as { scope: RollbackScope; reason: 'operator'; size: number } | null,
  };
}

/** Hosts whose repositories did not have the packages when it was planned, by name, with why: what repositories have is asked again for another rollout. */
function leftOut({ plan }: RolloutRow): Map<string, string> {
  const { blocked } = plan as unknown as PlanView;
  return new Map(blocked.flatMap(({ host, code, why }) => (code === 'PACKAGE_NOT_FOUND' ? [[host, why] as const] : [])));
}

function runIds({ id }: RolloutRow, { hostId, task }: RolloutHostRow): string[] {
  return runSteps.map((step) => runIdOf(id, hostId, task?.attempt ?? 0, step));
}

/** Only of hosts whose run has ended; a run goes on to disturb until then. */
async function disturbedBy(tx: Transaction, { number, id }: RolloutRow, hosts: RolloutHostRow[], runs: Map<string, SetupReport>): Promise<Map<string, number>> {
  const changed = hosts.filter(({ hostId, task }) => (['applying', 'reverting'] as const).some((step) => runs.get(runIdOf(id, hostId, task?.attempt ?? 0, step))?.finishedAt));
  return changed.length === 0 ? new Map() : countDisturbed(tx, number, changed.map(({ hostId }) => hostId));
}

async function logTails(tx: Transaction, runs: SetupReport[]): Promise<Map<string, string>> {
  const failed = runs.filter(({ ended }) => (ended as unknown as SetupEnd | null)?.succeeded === false);
  const tails = new Map<string, string>();
  for (const { id } of failed) tails.set(id, await readLogTail(tx, id));
  return tails;
}

type Known = { runs: Map<string, SetupReport>; disturbed: Map<string, number>; tails: Map<string, string> };

function readReports({ id }: RolloutRow, { hostId, task }: RolloutHostRow, { runs, disturbed, tails }: Known): RolloutHostFacts['reports'] {
  if (task === null) return {};
  const { attempt, listedAt } = task;
  const reports: Partial<Record<RunStep, StepReport>> = {};
  for (const step of runSteps) {
    const run = runs.get(runIdOf(id, hostId, attempt, step));
    const ended = run?.ended as unknown as SetupEnd | null | undefined;
    const changes = step === 'applying' || step === 'reverting';
    if (!run?.finishedAt || !ended || (changes && awaitsList(ended, run.finishedAt, listedAt))) continue;
    reports[step] = { attempt, ok: ended.succeeded, error: toError(ended, step, tails.get(run.id)), disturbed: changes ? (disturbed.get(hostId) ?? 0) : 0, reverted: false };
  }
  return reports;
}

/** R8: what runs on a host now is known once it has told all of it after the run. One that failed may have left no engine that could tell. */
function awaitsList({ succeeded }: SetupEnd, finishedAt: Date, listedAt: Date | null): boolean {
  return succeeded && (listedAt === null || listedAt < finishedAt);
}

function toError({ succeeded, error }: SetupEnd, step: RunStep, logTail = ''): TaskError | null {
  if (succeeded) return null;
  if (error === undefined) return { code: 'UNEXPLAINED', step, message: 'The host gave no reason. Look at its log.', logTail };
  return { code: error.code, step: error.step === '' ? step : error.step, message: error.message, logTail };
}

/** In these steps the engine is restarted, if at all. */
const restartSteps = ['engine-config', 'service'];

function restarts(run: SetupReport | undefined): boolean {
  return run !== undefined && run.finishedAt === null && (run.steps as unknown as SetupStepChange[]).some(({ name, state }) => restartSteps.includes(name) && state === 'runs');
}

/** The profile that a host is on; null: none. */
export function profileOf({ profile, revision }: RolloutHostRow): ProfileRef | null {
  return profile === null || revision === null ? null : { name: profile, revision };
}
