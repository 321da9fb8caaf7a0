import { shareOf } from './share-of.ts';
import type { Rollout } from './rollout.ts';

/** How many hosts may be in flight at once (R1): a percentage is of all the hosts that were planned, rounded down; one at least. */
export function inFlightLimit({ strategy, planned }: Pick<Rollout, 'strategy' | 'planned'>): number {
  return Math.max(1, shareOf(strategy.maxInFlight.hosts, planned, 'down'));
}
