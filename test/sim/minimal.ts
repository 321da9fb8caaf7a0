import { runHistory, type HistoryOptions, type Outcome } from './history.ts';
import { faultKinds, type FaultKind, type Violation } from './world.ts';

/** The smallest history found of the same seed that breaks the same rule: fewer hosts, fewer kinds of misfortune; and what is told of it. */
export function minimalHistory(seed: number, rules: HistoryOptions['rules'], rule: string): { hosts: number; faults: FaultKind[]; violation: Violation; trace: string[] } | undefined {
  const breaks = (options: HistoryOptions): Outcome | undefined => {
    const outcome = runHistory(options);
    return outcome.violation?.rule === rule ? outcome : undefined;
  };
  let best: { hosts: number; faults: FaultKind[]; seed: number } | undefined;
  // The same seed gives another history once something is left out, so some neighbours are tried as well.
  for (const hosts of [1, 2, 3, 6, 12, 25]) {
    for (let nearby = seed; nearby < seed + 200 && best === undefined; nearby++) {
      if (breaks({ seed: nearby, rules, hosts, faults: new Set(faultKinds) }) !== undefined) best = { hosts, faults: [...faultKinds], seed: nearby };
    }
    if (best !== undefined) break;
  }
  if (best === undefined) return undefined;
  for (const kind of faultKinds) {
    const fewer: FaultKind[] = best.faults.filter((one) => one !== kind);
    if (breaks({ seed: best.seed, rules, hosts: best.hosts, faults: new Set(fewer) }) !== undefined) best = { ...best, faults: fewer };
  }
  const trace: string[] = [];
  const outcome = breaks({ seed: best.seed, rules, hosts: best.hosts, faults: new Set(best.faults), trace });
  return outcome?.violation === undefined ? undefined : { hosts: best.hosts, faults: best.faults, violation: outcome.violation, trace };
}
