import { moveRollout } from './move-rollout.ts';
import type { Pass } from './pass.ts';
import { progressIsDue } from './progress-is-due.ts';
import { shareOf } from './share-of.ts';
import type { RolloutTransition } from './rollout.ts';

/** What follows for a rollback from its hosts (R7): it pauses by its own limits, and nothing rolls it back in turn. */
export function rollbackStep(pass: Pass): RolloutTransition[] {
  const { rollout, tally, now } = pass;
  const allowed = shareOf(rollout.strategy.failure.max, rollout.rollback?.size ?? 0, 'down');
  if (tally.revertsFailed > allowed) return [moveRollout(rollout, now, 'rollback_paused', 'threshold')];
  if (tally.inFlight === 0 && tally.revertsOpen === 0) return [moveRollout(rollout, now, 'rolled_back', rollout.rollback?.reason)];
  return progressIsDue(pass) ? [moveRollout(rollout, now, 'rollback_paused', 'progress_deadline')] : [];
}
