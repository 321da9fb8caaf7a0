import { moveRollout } from './move-rollout.ts';
import { inScope } from './needs-revert.ts';
import type { RollbackScope, RolloutReason, RolloutSnapshot, RolloutTransition } from './rollout.ts';

/** Begins the rollback of the hosts in scope. Those in flight finish first. */
export function startRollback({ rollout, tasks }: RolloutSnapshot, now: number, scope: RollbackScope, reason: RolloutReason): RolloutTransition {
  const size = tasks.filter((task) => inScope(scope, task)).length;
  return moveRollout(rollout, now, 'rolling_back', reason, { supersededBy: null, rollback: { scope, reason, size } });
}
