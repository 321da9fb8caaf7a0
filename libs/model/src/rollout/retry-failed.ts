import { CloudError } from '../errors.ts';
import { moveHost } from './move-host.ts';
import { moveRollout } from './move-rollout.ts';
import { phaseOf } from './phase-of.ts';
import type { RolloutSnapshot, RolloutTransition } from './rollout.ts';

/** Puts the hosts whose last attempt failed back to `pending`, but for those that a newer rollout has (R9). A rollout that had ended runs again for them. */
export function retryFailed({ rollout, tasks }: RolloutSnapshot, now: number): RolloutTransition[] {
  const failed = tasks.filter((task) => task.failure !== null && phaseOf(task) === 'settled');
  if (failed.length === 0) throw new CloudError('conflict', 'No host of the rollout has failed, so there is nothing to retry.', { reason: 'NothingFailed' });
  const own = failed.filter(({ facts }) => facts.takenBy === null);
  const takenBy = failed[0]?.facts.takenBy;
  if (own.length === 0) throw new CloudError('conflict', `There is nothing to retry: the hosts that failed are ${takenBy}'s now, which was started later. Command ${takenBy} instead.`, { reason: 'RolloutSuperseded' });
  const again = own.map((task) => moveHost({ now }, task, 'pending', { failure: null, acknowledged: false, error: null, disturbed: 0 }));
  return rollout.state === 'running' || rollout.state === 'paused' ? again : [...again, moveRollout(rollout, now, 'running')];
}
