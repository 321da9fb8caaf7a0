import { phaseOf } from './phase-of.ts';
import type { RolloutSnapshot } from './rollout.ts';

/** Whether a rollout that succeeded goes on: a host of its own is away, locked, or back and not at its result (R13). What a newer rollout has is not its own any more. */
export function hasToCatchUp({ rollout, tasks }: RolloutSnapshot): boolean {
  if (rollout.supersededBy !== null) return false;
  return tasks.some((task) => {
    if (phaseOf(task) !== 'settled') return true;
    const comesBack = task.state === 'skipped' && (task.skipped === 'offline' || task.skipped === 'locked');
    return comesBack && task.facts.takenBy === null && task.facts.appliedHash !== rollout.target;
  });
}
