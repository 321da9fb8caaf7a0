import { shareOf } from './share-of.ts';
import type { Wave } from './rollout.ts';
import type { Strategy } from './strategy.ts';

/** The waves of so many hosts, canaries first. They are cumulative, the canaries counted in, rounded up, and none is empty. */
export function cutWaves(strategy: Strategy, hosts: number, canaries: number): Wave[] {
  const waves: Wave[] = [];
  if (canaries > 0) waves.push(wave(0, 'canary', canaries));
  let covered = canaries;
  for (const share of strategy.waves) {
    const upTo = Math.min(hosts, Math.max(shareOf(share, hosts, 'up'), covered + 1));
    if (upTo > covered) waves.push(wave(waves.length, 'count' in share ? String(share.count) : `${share.basisPoints / 100}%`, upTo - covered));
    covered = Math.max(covered, upTo);
  }
  return waves;
}

function wave(index: number, name: string, size: number): Wave {
  return { index, name, canary: name === 'canary', size, state: 'pending', stateAtMs: 0 };
}
