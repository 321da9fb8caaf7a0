import type { Pass } from './pass.ts';
import type { FailureAction } from './strategy.ts';

/** What is to happen because failures exceed what is allowed (R4), or undefined when they do not. Of several answers the safest counts. */
export function limitExceeded(pass: Pass): FailureAction | undefined {
  const { canary, failure } = pass.rollout.strategy;
  const actions = pass.waves
    .filter((wave, index) => (pass.tally.waves[index]?.failures ?? 0) > pass.rules.allowedFailures(pass.rollout.strategy, wave))
    .map((wave) => (wave.canary ? canary.onFailure : failure.action));
  if (pass.tally.consecutive >= failure.consecutive) actions.push(failure.action);
  return (['rollback', 'pause', 'continue'] as const).find((action) => actions.includes(action));
}
