import { CloudError } from '../errors.ts';
import { moveHost } from './move-host.ts';
import { moveRollout } from './move-rollout.ts';
import type { RolloutSnapshot, RolloutTransition } from './rollout.ts';

/** Lets a rollout go on, and acknowledges the failures that can be seen now: only new ones trip a limit again. */
export function resumeRollout({ rollout, tasks }: RolloutSnapshot, now: number): RolloutTransition[] {
  if (rollout.state === 'rollback_paused') return [moveRollout(rollout, now, 'rolling_back', rollout.rollback?.reason)];
  if (rollout.reason === 'gate') throw new CloudError('conflict', 'The next wave waits for approval: approve it instead.', { reason: 'RolloutState' });
  if (rollout.reason === 'window') throw new CloudError('conflict', 'The maintenance window is closed; the rollout resumes by itself when it opens. To go on now, change the window first.', { reason: 'RolloutState' });
  const seen = tasks.filter((task) => task.failure !== null && !task.acknowledged);
  return [...seen.map((task) => moveHost({ now }, task, task.state, { acknowledged: true })), moveRollout(rollout, now, 'running')];
}
