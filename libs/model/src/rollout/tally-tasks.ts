import { needsRevert, revertFailed, revertIsAwaited } from './needs-revert.ts';
import { phaseOf } from './phase-of.ts';
import type { RolloutRules } from './rollout-rules.ts';
import type { HostTask, Rollout, RolloutSnapshot } from './rollout.ts';

const minuteMs = 60_000;

export type WaveTally = { /** Not at their result. */ open: number; healthy: number; /** Those that can trip a limit. */ failures: number };

export type Tally = {
  inFlight: number;
  /** Hosts in flight by zone. */
  zones: Map<string, number>;
  begunInLastMinute: number;
  healthy: number;
  waves: WaveTally[];
  /** Failures since the last host that came out healthy. */
  consecutive: number;
  lastResultAtMs: number;
  /** Hosts that a rollback still has to wait for, and those that it could not revert. */
  revertsOpen: number;
  revertsFailed: number;
};

/** Counts the tasks in one walk. */
export function tallyTasks(snapshot: RolloutSnapshot, now: number, rules: RolloutRules): Tally {
  const tally: Tally = { inFlight: 0, zones: new Map(), begunInLastMinute: 0, healthy: 0, waves: snapshot.waves.map(() => ({ open: 0, healthy: 0, failures: 0 })), consecutive: 0, lastResultAtMs: 0, revertsOpen: 0, revertsFailed: 0 };
  const failed: HostTask[] = [];
  for (const task of snapshot.tasks) {
    // Most of a large fleet is waiting, untouched.
    if (task.state === 'pending' && task.attempt === 0) {
      countOpen(tally, task);
      continue;
    }
    countTask(tally, task, snapshot, rules);
    if (task.attempt > 0 && task.assignedAtMs > now - minuteMs) tally.begunInLastMinute++;
    if (rules.countsAsFailure(snapshot.rollout.strategy, task)) failed.push(task);
  }
  if (failed.length > 0) countFailures(tally, failed, snapshot.tasks);
  return tally;
}

function countFailures(tally: Tally, failed: readonly HostTask[], tasks: readonly HostTask[]): void {
  const lastHealthyAtMs = tasks.reduce((last, task) => (task.state === 'healthy' ? Math.max(last, task.resultAtMs) : last), 0);
  for (const task of failed) {
    const wave = tally.waves[task.wave ?? -1];
    if (wave !== undefined) wave.failures++;
    if (task.resultAtMs >= lastHealthyAtMs) tally.consecutive++;
  }
}

function countTask(tally: Tally, task: HostTask, { rollout }: RolloutSnapshot, rules: RolloutRules): void {
  const settled = phaseOf(task) === 'settled';
  if (!settled) countOpen(tally, task);
  tally.lastResultAtMs = Math.max(tally.lastResultAtMs, task.resultAtMs, settled ? task.stateAtMs : 0);
  if (rules.isInFlight(rollout, task)) {
    tally.inFlight++;
    tally.zones.set(task.zone, (tally.zones.get(task.zone) ?? 0) + 1);
  }
  if (task.state === 'healthy') countHealthy(tally, task);
  if (rollout.rollback !== null) countReverts(tally, rollout, task);
}

function countHealthy(tally: Tally, task: HostTask): void {
  tally.healthy++;
  const wave = tally.waves[task.wave ?? -1];
  if (wave !== undefined) wave.healthy++;
}

function countReverts(tally: Tally, rollout: Rollout, task: HostTask): void {
  if (needsRevert(rollout, task) && revertIsAwaited(rollout, task)) tally.revertsOpen++;
  if (revertFailed(rollout, task)) tally.revertsFailed++;
}

function countOpen(tally: Tally, task: HostTask): void {
  const wave = tally.waves[task.wave ?? -1];
  if (wave !== undefined) wave.open++;
}
