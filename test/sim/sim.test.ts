import { rolloutRules } from '@novadock/model';
import { expect, test } from 'vitest';
import { describeFailure } from './describe-failure.ts';
import { runHistory } from './history.ts';
import { minimalHistory } from './minimal.ts';
import { mutants } from './mutants.ts';
import { runMutant } from './run-mutant.ts';

test('R1 to R14 hold in 150 random histories (npm run sim: thousands)', () => {
  for (let seed = 10_001; seed <= 10_150; seed++) {
    const { violation } = runHistory({ seed });
    expect(violation === undefined ? [] : describeFailure(seed, violation)).toEqual([]);
  }
});

test('the same seed gives the same history', () => {
  const traces = [1, 2].map(() => {
    const trace: string[] = [];
    runHistory({ seed: 7, trace });
    return trace;
  });
  expect(traces[0]!.length).toBeGreaterThan(20);
  expect(traces[1]).toEqual(traces[0]);
});

// One mutant of each rule, those that are found first; npm run sim tries them all.
const ruled = [...new Map(mutants.map((mutant) => [mutant.rule, mutant])).values()];

test.each(ruled.map((mutant) => [mutant.rule, mutant.name, mutant] as const))('%s: a machine in which %s is caught', (_rule, _name, mutant) => {
  expect(runMutant(mutant)).toBeDefined();
});

test('a history that breaks a rule is made smaller, and told', () => {
  const { rule, replace } = mutants.find((mutant) => mutant.rule === 'R6')!;
  const small = minimalHistory(1, { ...rolloutRules, ...replace }, rule);
  expect(small).toMatchObject({ violation: { rule: 'R6' }, hosts: 1 });
  expect(small!.faults.length).toBeLessThan(4);
  expect(small!.trace.length).toBeGreaterThan(3);
});

test('there is a mutant of each rule', () => {
  expect([...new Set(mutants.map((mutant) => mutant.rule))].sort()).toEqual(Array.from({ length: 14 }, (_, index) => `R${index + 1}`).sort());
});
