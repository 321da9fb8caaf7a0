import { isBehind, type HostTask, type RolloutState } from '@novadock/model';
import { countRolloutHosts, findRollout, listRolloutRows, readRolloutHosts, type RolloutHostRow } from '@novadock/store';
import type { Cloud } from '../cloud.ts';
import type { EventFeed } from '../events/event-feed.ts';
import { toHostFacts } from './host-facts.ts';
import type { PlanView } from './plan-view.ts';
import { noRollout, rolloutName } from './rollout-name.ts';
import { toRolloutView, type RolloutView } from './rollout-view.ts';
import { toTask } from './to-task.ts';

/** A host's part in a rollout as use cases return it. */
export type RolloutHostView = HostTask & { name: string; behind: boolean };

/** Throws `notFound`. */
export async function getRollout({ store }: Pick<Cloud, 'store'>, number: number): Promise<RolloutView> {
  const row = await findRollout(store.prisma, { number });
  if (row === null) throw noRollout(rolloutName(number));
  return toRolloutView(row, await countRolloutHosts(store, [number]));
}

/** What was planned when it was made. Throws `notFound`. */
export async function getRolloutPlan({ store }: Pick<Cloud, 'store'>, number: number): Promise<{ profile: string; revision: number; plan: PlanView }> {
  const row = await findRollout(store.prisma, { number });
  if (row === null) throw noRollout(rolloutName(number));
  return { profile: row.profile, revision: row.revision, plan: row.plan as unknown as PlanView };
}

/** A page of rollouts, newest first, older than `before`. */
export async function listRollouts({ store }: Pick<Cloud, 'store'>, { limit, ...filter }: { state?: RolloutState; before?: number; limit: number }): Promise<{ rollouts: RolloutView[]; more: boolean }> {
  const rows = await listRolloutRows(store, { ...filter, limit: limit + 1 });
  const shown = rows.slice(0, limit);
  const counts = Map.groupBy(await countRolloutHosts(store, shown.map(({ number }) => number)), ({ rollout }) => rollout);
  return { rollouts: shown.map((row) => toRolloutView(row, counts.get(row.number) ?? [])), more: rows.length > limit };
}

/** A page of a rollout's hosts in the order of its plan, after the host with the id `after`. `state`: a state of theirs, or `failed`: all that failed last. Throws `notFound`. */
export async function listRolloutHosts({ store }: Pick<Cloud, 'store'>, { number, state, after, limit }: { number: number; state?: string; after?: string; limit: number }): Promise<{ hosts: RolloutHostView[]; more: boolean }> {
  const row = await findRollout(store.prisma, { number });
  if (row === null) throw noRollout(rolloutName(number));
  const all = (await readRolloutHosts(store.prisma, number, undefined)).flatMap((host) => toView(row.target, host));
  const from = after === undefined ? 0 : all.findIndex(({ hostId }) => hostId === after) + 1;
  const wanted = all.slice(from).filter((host) => state === undefined || host.state === state || (state === 'failed' && host.failure !== null));
  return { hosts: wanted.slice(0, limit), more: wanted.length > limit };
}

function toView(target: string, host: RolloutHostRow): RolloutHostView[] {
  if (host.task === null) return [];
  const task = toTask(host.task, toHostFacts(host));
  return [{ ...task, name: host.name, behind: isBehind(target, task) }];
}

/** Those in which nothing happens any more unless somebody asks for it. */
const settled: readonly RolloutState[] = ['succeeded', 'failed', 'aborted', 'superseded', 'rolled_back', 'paused', 'rollback_paused', 'awaiting_approval', 'planned'];
const hopeless: readonly RolloutState[] = ['succeeded', 'failed', 'aborted', 'superseded', 'rolled_back'];
/** An announcement that was missed costs no more than this. */
const recheckMs = 5_000;

/** Waits until a rollout needs somebody (`settled`), or has come to its end (`succeeded`, whether it did or not), or the time is over. Throws `notFound`. */
export async function waitForRollout(cloud: Pick<Cloud, 'store'>, feed: EventFeed, { number, until, timeoutMs, signal }: { number: number; until: 'succeeded' | 'settled'; timeoutMs: number; signal: AbortSignal }): Promise<RolloutView> {
  const ended = until === 'settled' ? settled : hopeless;
  const over = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const news = await feed.subscribe({ subjectId: rolloutName(number), signal: over });
  for (;;) {
    const rollout = await getRollout(cloud, number);
    // The window opens by itself; hosts that are being changed finish after a pause, or the end.
    const isDone = ended.includes(rollout.state) && rollout.reason !== 'window' && (until === 'succeeded' || rollout.inFlight === 0);
    if (isDone || over.aborted || news.ended.aborted) return rollout;
    await news.next(recheckMs);
  }
}
