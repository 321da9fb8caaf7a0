import type { Pass } from './pass.ts';

/** Whether no host came to a result for the progress deadline, counted from when hosts could last begin. */
export function progressIsDue({ rollout, waves, wave, tally, now }: Pass): boolean {
  const current = waves[wave];
  if (current?.state === 'baking' && rollout.state === 'running') return false;
  return now - Math.max(rollout.stateAtMs, current?.stateAtMs ?? 0, tally.lastResultAtMs) >= rollout.strategy.health.progressDeadlineMs;
}
