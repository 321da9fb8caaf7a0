import { CloudError } from '../errors.ts';
import { moveRollout } from './move-rollout.ts';
import { inScope, isNamed } from './needs-revert.ts';
import type { RollbackScope, RolloutReason, RolloutSnapshot, RolloutTransition } from './rollout.ts';

/**
 * Begins the rollback of the hosts in scope. Those in flight finish first. What an operator asks for has to name hosts that there are, and leave something to return, for no other
 * rollback follows: throws `invalid`, `conflict`. One that follows from failures or an abort ends at once then.
 */
export function startRollback(snapshot: RolloutSnapshot, now: number, scope: RollbackScope, reason: RolloutReason): RolloutTransition {
  const size = snapshot.tasks.filter((task) => inScope(scope, task)).length;
  if (reason === 'operator') assertSense(snapshot, scope, size);
  return moveRollout(snapshot.rollout, now, 'rolling_back', reason, { supersededBy: null, rollback: { scope, reason, size } });
}

function assertSense({ tasks }: RolloutSnapshot, scope: RollbackScope, size: number): void {
  const unknown = typeof scope === 'string' ? undefined : scope.hosts.find((hostId) => !tasks.some((task) => task.hostId === hostId));
  if (unknown !== undefined) throw new CloudError('invalid', `The rollout has no host ${unknown}.`, { reason: 'NotInRollout' });
  if (size > 0) return;
  const taken = tasks.find((task) => isNamed(scope, task))?.facts.takenBy;
  const why = taken ? `the hosts are ${taken}'s now, which was started later. Command ${taken} instead.` : nothingChanged[typeof scope === 'string' ? scope : 'hosts'];
  throw new CloudError('conflict', `There is nothing to roll back: ${why}`, { reason: 'NothingToRevert' });
}

const nothingChanged = {
  touched: 'no host is changed by the rollout. To end it, abort it.',
  failed: 'the hosts that failed have returned to what they had by themselves, or were not changed. Scope touched returns the others.',
  hosts: 'these hosts are not changed by the rollout.',
};
