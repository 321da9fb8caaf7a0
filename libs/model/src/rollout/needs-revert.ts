import { phaseOf } from './phase-of.ts';
import type { HostTask, RollbackScope, Rollout } from './rollout.ts';

/** Whether a rollback has yet to return the host to its own snapshot (R7). One that could not be reverted is tried again when the rollback is resumed. */
export function needsRevert(rollout: Rollout, task: HostTask): boolean {
  if (rollout.rollback === null || !task.touched || phaseOf(task) === 'inFlight') return false;
  if (task.state === 'revert_failed' && (rollout.state !== 'rolling_back' || task.stateAtMs >= rollout.stateAtMs)) return false;
  return inScope(rollout.rollback.scope, task);
}

/** Whether a host is among those that a rollback is to return. One that a newer rollout has stays where that one brings it (R9). */
export function inScope(scope: RollbackScope, task: HostTask): boolean {
  return isNamed(scope, task) && task.facts.takenBy === null;
}

/** The same, whoever has it by now. */
export function isNamed(scope: RollbackScope, task: HostTask): boolean {
  if (scope === 'touched') return task.touched;
  if (scope === 'failed') return task.touched && task.failure !== null;
  return task.touched && scope.hosts.includes(task.hostId);
}

/** Whether the rollback waits for the host. One that is away, or locked, is reverted when it is back: afterwards, if need be. */
export function revertIsAwaited({ strategy }: Rollout, { facts }: HostTask): boolean {
  if (facts.locked && strategy.locks === 'honour') return false;
  return facts.online || strategy.offline.policy !== 'catch-up';
}

/** A failure of the rollback itself, since it began or was resumed. */
export function revertFailed({ rollback, state, stateAtMs, strategy }: Rollout, task: HostTask): boolean {
  if (rollback === null || state !== 'rolling_back' || task.stateAtMs < stateAtMs) return false;
  return task.state === 'revert_failed' || (task.state === 'reverted' && task.disturbed > 0 && strategy.drain.mode !== 'drain');
}
