import { moveRollout } from './move-rollout.ts';
import type { Pass } from './pass.ts';
import { progressIsDue } from './progress-is-due.ts';
import type { RolloutTransition } from './rollout.ts';
import { startRollback } from './start-rollback.ts';

/** What follows for the rollout and its waves from the tally of its hosts. */
export function rolloutStep(pass: Pass): RolloutTransition[] {
  const { state, reason } = pass.rollout;
  if (state === 'running') return running(pass);
  if (state === 'paused' && reason === 'window') return windowPaused(pass);
  return state === 'rolling_back' ? pass.rules.rollbackStep(pass) : [];
}

function running(pass: Pass): RolloutTransition[] {
  const { rollout, now } = pass;
  const tripped = trip(pass);
  if (tripped !== undefined) return [tripped];
  if (!pass.open) return [moveRollout(rollout, now, 'paused', 'window')];
  const step = pass.rules.waveStep(pass);
  if (step.length > 0) return step;
  return progressIsDue(pass) ? [moveRollout(rollout, now, 'paused', 'progress_deadline')] : [];
}

/** Hosts that finish after the window closed can be one failure too many. */
function windowPaused(pass: Pass): RolloutTransition[] {
  const tripped = trip(pass);
  if (tripped !== undefined) return [tripped];
  return pass.open ? [moveRollout(pass.rollout, pass.now, 'running')] : [];
}

function trip(pass: Pass): RolloutTransition | undefined {
  switch (pass.rules.limitExceeded(pass)) {
    case 'pause':
      return moveRollout(pass.rollout, pass.now, 'paused', 'threshold');
    case 'rollback':
      return startRollback(pass, pass.now, 'touched', 'threshold');
    default:
      return undefined;
  }
}
