import { CloudError } from '../errors.ts';
import { moveRollout } from './move-rollout.ts';
import type { RolloutSnapshot, RolloutTransition } from './rollout.ts';
import { startRollback } from './start-rollback.ts';

/**
 * Ends a rollout: hosts that are in `applying` finish, no other is touched; with `revert` those that were touched return to their own snapshots. One that succeeded
 * catches up on nobody any more; throws `conflict` where it is to return hosts as well, for that is a rollback.
 */
export function abortRollout(snapshot: RolloutSnapshot, policy: 'keep' | 'revert', now: number): RolloutTransition[] {
  const { rollout } = snapshot;
  if (policy === 'keep') return [moveRollout(rollout, now, 'aborted')];
  if (rollout.state === 'running' || rollout.state === 'paused') return [startRollback(snapshot, now, 'touched', 'abort')];
  if (rollout.state === 'rolling_back' || rollout.state === 'rollback_paused') throw new CloudError('conflict', 'The rollout is being rolled back already. To leave its hosts as they are, abort it with policy keep.', { reason: 'RolloutState' });
  if (rollout.state === 'succeeded') throw new CloudError('conflict', 'The rollout has succeeded. To return its hosts to what they had, roll it back; abort it with policy keep, and it changes no host any more that was away.', { reason: 'RolloutState' });
  return [moveRollout(rollout, now, 'aborted')];
}
