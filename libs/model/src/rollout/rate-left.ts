import type { Pass } from './pass.ts';

/** How many hosts may still be begun within this minute. The rate grows with the hosts that came out healthy. */
export function rateLeft({ rollout, tally }: Pass): number {
  const rate = rollout.strategy.ratePerMinute;
  if (rate === undefined) return Infinity;
  const times = rate.growth === undefined ? 1 : rate.growth.factor ** Math.floor(tally.healthy / rate.growth.after);
  return Math.floor(rate.hosts * times) - tally.begunInLastMinute;
}
