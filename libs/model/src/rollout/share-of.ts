import type { Share } from './strategy.ts';

/** How many hosts a share of `total` is. */
export function shareOf(share: Share, total: number, round: 'up' | 'down'): number {
  if ('count' in share) return share.count;
  const exact = (share.basisPoints * total) / 10_000;
  return round === 'up' ? Math.ceil(exact) : Math.floor(exact);
}
