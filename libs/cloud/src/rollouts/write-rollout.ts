import type { HostTask, RolloutSnapshot, RolloutTransition, Strategy } from '@novadock/model';
import { cordonHosts, noteWhatRuns, notify, recordEvents, uncordonHosts, updateRollout, writeRolloutHosts, type NewEvent, type RolloutChange, type Transaction } from '@novadock/store';
import { hostsChannel } from '../hosts/wake-host.ts';
import { addRuns } from './add-runs.ts';
import { snapshotOf, type HostSnapshot } from './host-snapshot.ts';
import type { LoadedRollout } from './load-rollout.ts';
import { rolloutName } from './rollout-name.ts';
import { fromTask } from './to-task.ts';

export type Written = { transitions: RolloutTransition[]; snapshot: RolloutSnapshot; by?: string; now: number; /** Of the order that came to this. */ claimId?: string | undefined };

/**
 * Writes what the machine decided: the rows, one event for each transition (R14), cordons, and the runs that its hosts have to do; whoever owns
 * these is woken at the commit. `after.snapshot` is what `before` came to by `after.transitions`.
 */
export async function writeRollout(tx: Transaction, before: LoadedRollout, after: Written): Promise<void> {
  const { row } = before;
  const { transitions, snapshot } = after;
  if (transitions.length > 0) {
    if (transitions.some(({ of }) => of === 'rollout' || of === 'wave')) await updateRollout(tx, row.number, toColumns(before, snapshot, after.now));
    await writeHosts(tx, before, after);
    const [first, ...others] = transitions.map((transition) => toEvent(before, transition, after.by));
    const { claimId } = after;
    // By which the order is found again when its reply was lost.
    await recordEvents(tx, first === undefined ? [] : [claimId === undefined ? first : { ...first, data: { ...first.data, claimId } }, ...others]);
  }
  const woken = await addRuns(tx, before, snapshot);
  for (const hostId of woken) await notify(tx, hostsChannel, hostId);
}

function toColumns({ row }: LoadedRollout, { rollout, waves }: RolloutSnapshot, now: number): RolloutChange {
  const { strategy, state, stateAtMs, reason, approvedBy, approvedWave, supersededBy, rollback } = rollout;
  const isBegun = row.startedAt !== null || state === 'planned' || state === 'aborted';
  return {
    state, reason, approvedBy, approvedWave, supersededBy, stateAt: new Date(stateAtMs), strategy: toJson(strategy), waves: toJson(waves),
    ...(rollback === null ? {} : { rollback: toJson(rollback) }), ...(isBegun ? {} : { startedAt: new Date(now) }),
  };
}

/** Without what is undefined. */
function toJson(value: object): object {
  return JSON.parse(JSON.stringify(value)) as object;
}

async function writeHosts(tx: Transaction, { row, hosts, snapshot: old }: LoadedRollout, { transitions, snapshot }: Written): Promise<void> {
  const moved = new Set(transitions.flatMap((one) => ('hostId' in one ? [one.hostId] : [])));
  const was = new Map(old.tasks.map((task) => [task.hostId, task]));
  const changed = snapshot.tasks.flatMap((task, place) => (moved.has(task.hostId) ? [{ task, place, from: was.get(task.hostId) }] : []));
  await writeRolloutHosts(tx, row.number, changed.map(({ task, place, from }) => {
    const host = hosts.get(task.hostId);
    const known = (host?.task?.previousProfile ?? null) as HostSnapshot | null;
    const isFirstTouched = task.touched && from?.touched !== true;
    return fromTask(task, { position: host?.task?.position ?? place, previousProfile: isFirstTouched && host !== undefined ? snapshotOf(host) : known });
  }));
  const begun = transitions.filter((one) => one.of === 'host' && one.from !== one.to && (one.to === 'applying' || one.to === 'reverting'));
  if (begun.length > 0) await noteWhatRuns(tx, row.number, begun.flatMap((one) => ('hostId' in one ? [one.hostId] : [])));
  await setCordons(tx, rolloutName(row.number), changed);
}

/** R6: a host that an operator closed is not opened by a rollout, and one that was open is not left closed. */
async function setCordons(tx: Transaction, name: string, changed: { task: HostTask; from: HostTask | undefined }[]): Promise<void> {
  const reason = cordonReason(name);
  const turned = changed.filter(({ task, from }) => task.cordoned !== (from?.cordoned ?? false)).map(({ task }) => task);
  const [closing, opening] = [turned.filter(({ cordoned }) => cordoned), turned.filter(({ cordoned }) => !cordoned)].map((tasks) => tasks.map(({ hostId }) => hostId));
  const closed = closing?.length ? await cordonHosts(tx, closing, reason) : [];
  const opened = opening?.length ? await uncordonHosts(tx, opening, reason) : [];
  await recordEvents(tx, [
    ...closed.map((host) => ({ kind: 'host.disabled', subjectId: host.id, data: { name: host.name, reason } })),
    ...opened.map((host) => ({ kind: 'host.enabled', subjectId: host.id, data: { name: host.name, reason: null } })),
  ]);
}

/** Why a host takes no new instances while a rollout is at work on it. */
export function cordonReason(name: string): string {
  return `Rollout ${name} is at work on it.`;
}

function toEvent({ row, hosts, snapshot }: LoadedRollout, transition: RolloutTransition, by: string | undefined): NewEvent {
  const subjectId = rolloutName(row.number);
  const { from, to } = transition;
  const asked = by === undefined ? {} : { by };
  if (transition.of === 'rollout') return { kind: from === to ? 'rollout.changed' : `rollout.${to}`, subjectId, data: { from, to, reason: transition.set.reason ?? null, ...toldOfStrategy(snapshot.rollout.strategy, transition.set.strategy), ...asked } };
  if (transition.of === 'wave') return { kind: `rollout.wave_${to}`, subjectId, data: { wave: snapshot.waves[transition.wave]?.name ?? '', from, to, ...asked } };
  const { hostId } = transition;
  const about = { host: hosts.get(hostId)?.name ?? '', hostId, from, to };
  if (transition.of === 'joined') return { kind: 'rollout.host_joined', subjectId, data: about };
  return { kind: from === to ? 'rollout.host_changed' : `rollout.host_${to}`, subjectId, data: { ...about, ...toldOf(transition.set), ...asked } };
}

/** What of the strategy was changed, and from what. */
function toldOfStrategy(from: Strategy, to: Strategy = from): { strategy?: object } {
  const text = (strategy: Strategy, field: keyof Strategy) => JSON.stringify(strategy[field]);
  const changed = (Object.keys(to) as (keyof Strategy)[]).filter((field) => text(from, field) !== text(to, field));
  return changed.length === 0 ? {} : { strategy: toJson(Object.fromEntries(changed.map((field) => [field, { from: from[field], to: to[field] }]))) };
}

/** What is worth telling of what changed with a host. */
function toldOf({ attempt, error, failure, skipped, disturbed }: Partial<HostTask>): Record<string, string> {
  const { code, step, message } = error ?? {};
  return toJson({ attempt, failure, skipped, disturbed, code, step, message }) as Record<string, string>;
}
