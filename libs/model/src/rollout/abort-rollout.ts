import { CloudError } from '../errors.ts';
import { moveRollout } from './move-rollout.ts';
import type { RolloutSnapshot, RolloutTransition } from './rollout.ts';
import { startRollback } from './start-rollback.ts';

/** Ends a rollout: hosts that are in `applying` finish, no other is touched; with `revert` those that were touched return to their own snapshots. */
export function abortRollout(snapshot: RolloutSnapshot, policy: 'keep' | 'revert', now: number): RolloutTransition[] {
  const { rollout } = snapshot;
  if (policy === 'keep') return [moveRollout(rollout, now, 'aborted')];
  if (rollout.state === 'running' || rollout.state === 'paused') return [startRollback(snapshot, now, 'touched', 'abort')];
  if (rollout.state === 'rolling_back' || rollout.state === 'rollback_paused') throw new CloudError('conflict', 'The rollout is being rolled back already. To leave its hosts as they are, abort it with policy keep.', { reason: 'RolloutState' });
  return [moveRollout(rollout, now, 'aborted')];
}
