import { CloudError, type RunStep, type SetupEnd, type TaskError } from '@novadock/model';
import { findRollout, findSetupReports, readRolloutHosts, readSetupEntries, type SetupEntryRow } from '@novadock/store';
import { inTransaction } from '@novadock/store';
import type { Cloud } from '../cloud.ts';
import { runSteps } from './load-rollout.ts';
import { noRollout, rolloutName } from './rollout-name.ts';
import { runIdOf } from './run-id.ts';

export type StepLog = { step: RunStep; run: string; startedAt: Date | null; finishedAt: Date | null; succeeded: boolean | undefined; error: SetupEnd['error']; /** What it printed, at most its last 64 Ki characters. */ output: string };
export type RolloutHostLog = { hostId: string; name: string; state: string; attempt: number; error: TaskError | null; steps: StepLog[] };

const mostText = 65_536;
const mostEntries = 10_000;

/** What a host did for a rollout in an attempt, the last unless said. `host`: its id or name. Throws `notFound`. */
export async function getRolloutHostLog({ store }: Pick<Cloud, 'store'>, { number, host: idOrName, attempt }: { number: number; host: string; attempt?: number }): Promise<RolloutHostLog> {
  const row = await findRollout(store.prisma, { number });
  if (row === null) throw noRollout(rolloutName(number));
  const host = (await readRolloutHosts(store.prisma, number, undefined)).find(({ hostId, name }) => hostId === idOrName || name === idOrName);
  const task = host?.task;
  if (host === undefined || !task) throw new CloudError('notFound', `Rollout ${rolloutName(number)} has no host ${idOrName}: see \`novadock rollout status ${rolloutName(number)} --hosts\`.`, { reason: 'rolloutHostNotFound' });
  const wanted = attempt ?? task.attempt;
  const ids = new Map(runSteps.map((step) => [runIdOf(row.id, host.hostId, wanted, step), step]));
  const runs = await inTransaction(store, (tx) => findSetupReports(tx, [...ids.keys()]));
  const steps = await Promise.all(runs.map(async (run) => {
    const ended = run.ended as unknown as SetupEnd | null;
    const entries = await readSetupEntries(store, { runId: run.id, afterSeq: 0, limit: mostEntries });
    return { step: ids.get(run.id) ?? 'applying', run: run.id, startedAt: run.startedAt, finishedAt: run.finishedAt, succeeded: ended?.succeeded, error: ended?.error, output: printed(entries) };
  }));
  const order = [...ids.values()];
  steps.sort((a, b) => order.indexOf(a.step) - order.indexOf(b.step));
  return { hostId: host.hostId, name: host.name, state: task.state, attempt: wanted, error: task.error as TaskError | null, steps };
}

function printed(entries: SetupEntryRow[]): string {
  return entries.map(({ data }) => (data as { output?: { text: string } }).output?.text ?? '').join('').slice(-mostText);
}
