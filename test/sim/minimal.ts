import { runHistory, type HistoryOptions } from './history.ts';
import { faultKinds, type FaultKind, type Violation } from './world.ts';

type Small = { seed: number; hosts: number; faults: FaultKind[] };

/** The smallest history found that breaks the same rule: fewer hosts, then fewer kinds of misfortune; and what is told of it. */
export function minimalHistory(seed: number, rules: HistoryOptions['rules'], rule: string): (Small & { violation: Violation; trace: string[] }) | undefined {
  let best: Small | undefined;
  for (const hosts of [1, 2, 3, 6, 12, 25]) {
    best ??= findNearby({ seed, hosts, faults: [...faultKinds] }, rules, rule, 100);
  }
  if (best === undefined) return undefined;
  for (const kind of faultKinds) {
    const fewer: FaultKind[] = best.faults.filter((one) => one !== kind);
    best = findNearby({ ...best, faults: fewer }, rules, rule, 30) ?? best;
  }
  const trace: string[] = [];
  const { violation } = runHistory({ ...best, rules, faults: new Set(best.faults), trace });
  return violation === undefined ? undefined : { ...best, violation, trace };
}

/** The same seed gives another history once something is left out, so that the next ones are tried as well. */
function findNearby(small: Small, rules: HistoryOptions['rules'], rule: string, tries: number): Small | undefined {
  for (let seed = small.seed; seed < small.seed + tries; seed++) {
    if (runHistory({ ...small, seed, rules, faults: new Set(small.faults) }).violation?.rule === rule) return { ...small, seed };
  }
  return undefined;
}
