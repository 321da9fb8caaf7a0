import { rolloutRules } from '@novadock/model';
import { minimalHistory } from './minimal.ts';
import type { Violation } from './world.ts';

/** What to print of a history in which a rule was broken: its seed, and a trace as small as could be found. */
export function describeFailure(seed: number, violation: Violation): string[] {
  const head = `seed ${seed}: ${violation.rule} is broken: ${violation.rolloutId ?? ''} ${violation.hostId ?? ''} ${violation.what}   (all of it: npm run sim -- --seed ${seed})`;
  const small = minimalHistory(seed, rolloutRules, violation.rule);
  if (small === undefined) return [head];
  return [head, `smaller: ${small.hosts} hosts, faults: ${small.faults.join(', ') || 'none'}; ${small.violation.hostId ?? ''} ${small.violation.what}`, ...small.trace.filter((line) => concerns(line, small.violation)).slice(-40).map((line) => `  ${line}`)];
}

function concerns(line: string, { hostId }: Violation): boolean {
  return hostId === undefined || line.includes(` ${hostId}: `) || / (rollout|wave \d+): /.test(line);
}
