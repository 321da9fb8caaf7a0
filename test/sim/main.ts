// npm run sim: random histories of rollouts against the rules R1 to R14, then a mutant of each rule, which must be caught.
//   --histories N   how many (3000)       --seed N       one history, with its trace
//   --cost          CPU per host transition with 5,000 hosts
import { parseArgs } from 'node:util';
import { measureCost } from './cost.ts';
import { runHistory } from './history.ts';
import { runMutant } from './run-mutant.ts';
import { mutants } from './mutants.ts';
import { describeFailure } from './describe-failure.ts';

const { values } = parseArgs({ options: { histories: { type: 'string', default: '3000' }, seed: { type: 'string' }, cost: { type: 'boolean', default: false } } });

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function runOne(seed: number): boolean {
  const trace: string[] = [];
  const { violation } = runHistory({ seed, trace });
  for (const line of trace) print(line);
  print(violation === undefined ? `seed ${seed}: R1…R14 hold` : `seed ${seed}: ${violation.rule}: ${violation.rolloutId ?? ''} ${violation.hostId ?? ''} ${violation.what}`);
  return violation === undefined;
}

function runHistories(count: number): boolean {
  const ends: Record<string, number> = {};
  let events = 0;
  for (let seed = 1; seed <= count; seed++) {
    const outcome = runHistory({ seed });
    events += outcome.events;
    for (const state of outcome.states) ends[state] = (ends[state] ?? 0) + 1;
    if (outcome.violation === undefined) continue;
    for (const line of describeFailure(seed, outcome.violation)) print(line);
    return false;
  }
  print(`${count} histories, ${events} events; rollouts ended ${Object.entries(ends).map(([state, times]) => `${state} ${times}`).join(', ')}`);
  return true;
}

function runMutants(): number {
  let caught = 0;
  for (const mutant of mutants) {
    const found = runMutant(mutant);
    if (found === undefined) print(`NOT CAUGHT  ${mutant.rule}: ${mutant.name}`);
    else caught++;
  }
  return caught;
}

function main(): boolean {
  if (values.cost) return measureCost(print);
  if (values.seed !== undefined) return runOne(Number(values.seed));
  const count = Number(values.histories);
  if (!runHistories(count)) return false;
  const caught = runMutants();
  print(`${count} histories, R1…R14 hold; ${caught} of ${mutants.length} mutants caught`);
  return caught === mutants.length;
}

process.exitCode = main() ? 0 : 1;
