import { allowedFailures, inFlightLimit, type RollbackScope, type RolloutReason, type RolloutState, type Strategy, type Wave, type WaveState } from '@novadock/model';
import { heldStates, type HostSelection, type RolloutCount, type RolloutRow } from '@novadock/store';
import { rolloutName } from './rollout-name.ts';

/** Hosts by what they have come to: each is counted in one of them. `behind`, of those to come: back from being away, and not on the target. */
export type HostCounts = { hosts: number; pending: number; ok: number; running: number; failed: number; offline: number; skipped: number; reverted: number };

export type WaveView = { name: string; state: WaveState; planned: number; allowedFailures: number; counts: HostCounts };

/** A rollout as use cases return it. */
export type RolloutView = {
  number: number;
  name: string;
  version: number;
  profile: string;
  revision: number;
  target: string;
  selection: HostSelection;
  strategy: Strategy;
  strict: boolean;
  state: RolloutState;
  reason: RolloutReason | null;
  stateAt: Date;
  planned: number;
  approvedBy: string | null;
  supersededBy: string | null;
  rollback: { scope: RollbackScope; reason: RolloutReason } | null;
  createdBy: string;
  createdAt: Date;
  startedAt: Date | null;
  waves: WaveView[];
  counts: HostCounts;
  behind: number;
  inFlight: number;
  inFlightLimit: number;
  disturbed: number;
  /** Hosts whose last attempt failed, also while they are being reverted. */
  failures: number;
  /** When it will be done if it goes on as it did; undefined: that cannot be said. */
  etaAt: Date | undefined;
};

/** `counts`: those of this rollout. */
export function toRolloutView(row: RolloutRow, counts: RolloutCount[]): RolloutView {
  const strategy = row.strategy as unknown as Strategy;
  const { number, version, profile, revision, target, strict, stateAt, planned, approvedBy, supersededBy, createdBy, createdAt, startedAt } = row;
  const waves = (row.waves as unknown as Wave[]).map((wave) => ({
    name: wave.name, state: wave.state, planned: wave.size, allowedFailures: allowedFailures(strategy, wave), counts: sum(counts.filter((one) => one.wave === wave.index)),
  }));
  const total = sum(counts);
  const hosts = (which: (one: RolloutCount) => boolean) => counts.filter(which).reduce((all, one) => all + one.hosts, 0);
  return {
    number, version, profile, revision, target, strict, stateAt, planned, approvedBy, supersededBy, createdBy, createdAt, startedAt, strategy, waves,
    name: rolloutName(number),
    selection: row.selector as unknown as HostSelection,
    state: row.state as RolloutState,
    reason: row.reason as RolloutReason | null,
    rollback: row.rollback as unknown as RolloutView['rollback'],
    counts: total,
    behind: hosts((one) => one.behind && one.state !== 'healthy'),
    inFlight: hosts(isInFlight),
    inFlightLimit: inFlightLimit({ strategy, planned }),
    disturbed: counts.reduce((all, one) => all + one.disturbed, 0),
    failures: hosts(({ failed }) => failed),
    etaAt: eta(row, total),
  };
}

function isInFlight({ state, touched }: RolloutCount): boolean {
  return heldStates.includes(state) || (state === 'failed' && touched);
}

function sum(counts: RolloutCount[]): HostCounts {
  const all: HostCounts = { hosts: 0, pending: 0, ok: 0, running: 0, failed: 0, offline: 0, skipped: 0, reverted: 0 };
  for (const one of counts) {
    all.hosts += one.hosts;
    all[kindOf(one)] += one.hosts;
  }
  return all;
}

function kindOf(one: RolloutCount): Exclude<keyof HostCounts, 'hosts'> {
  if (isInFlight(one)) return 'running';
  if (one.state === 'pending') return 'pending';
  if (one.state === 'healthy') return 'ok';
  if (one.state === 'skipped') return one.skipped === 'offline' ? 'offline' : 'skipped';
  return one.failed ? 'failed' : 'reverted';
}

/** By the pace so far: bakes and windows are in it. */
function eta({ state, startedAt, stateAt }: RolloutRow, { pending, running, ok, failed }: HostCounts): Date | undefined {
  const done = ok + failed;
  if (state !== 'running' || startedAt === null || done === 0) return undefined;
  const passedMs = Math.max(Date.now(), stateAt.getTime()) - startedAt.getTime();
  return new Date(Date.now() + (passedMs / done) * (pending + running));
}
