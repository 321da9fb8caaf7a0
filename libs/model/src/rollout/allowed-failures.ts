import { shareOf } from './share-of.ts';
import type { Wave } from './rollout.ts';
import type { Strategy } from './strategy.ts';

/** How many failures a wave bears (R4): of its planned size, so that the operator can read it before the start; a canary bears none. */
export function allowedFailures(strategy: Strategy, wave: Pick<Wave, 'canary' | 'size'>): number {
  return wave.canary ? 0 : shareOf(strategy.failure.max, wave.size, 'down');
}
