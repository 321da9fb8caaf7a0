import { rolloutRules } from '@novadock/model';
import { runHistory } from './history.ts';
import type { Mutant } from './mutants.ts';

/** The seed of the first history in which the mutant breaks the rule that it is to break; undefined: it was not caught. */
export function runMutant({ rule, replace }: Mutant, histories = 400): number | undefined {
  for (let seed = 1; seed <= histories; seed++) {
    if (breaks(seed, { ...rolloutRules, ...replace }, rule)) return seed;
  }
  return undefined;
}

/** A mutant may also go in circles: its history counts for nothing then. */
function breaks(seed: number, rules: typeof rolloutRules, rule: string): boolean {
  return runHistory({ seed, rules }).rules.includes(rule);
}
