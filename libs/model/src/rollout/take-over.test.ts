import { expect, test } from 'vitest';
import { takeOver } from './take-over.ts';
import { fakeHost, fakeRollout } from './testing/fake-rollout.ts';

/** A rollout to another target of these hosts. */
const newer = (...hosts: number[]) => {
  const { snapshot } = fakeRollout({}, hosts.map((index) => fakeHost(index)));
  return { ...snapshot, rollout: { ...snapshot.rollout, id: 'r2', target: 'newest' } };
};

test('R9: a rollout is superseded when the newer one has all that it has to come', () => {
  const rollout = fakeRollout({}, 3);
  rollout.stage('h0');
  rollout.report('h1', 'precheck');
  expect(takeOver(rollout.snapshot, newer(1, 2))).toEqual({ do: 'supersede', by: 'r2' });
});

test('R9: with others to come it goes on with those, also where they are begun and not touched', () => {
  const rollout = fakeRollout({ maxInFlight: 1 }, 3);
  const [first, second, third] = rollout.snapshot.tasks.map(({ hostId }) => hostId);
  rollout.report(first!, 'precheck');
  expect(rollout.task(first!).state).toBe('staging');
  expect(takeOver(rollout.snapshot, newer(...[second!, third!].map((id) => Number(id.slice(1)))))).toEqual({ do: 'skip', hosts: [second, third] });
});

test('R9: one that has ended is superseded only when the newer one has all that it has changed', () => {
  const rollout = fakeRollout({}, 2);
  rollout.finish('h0', 'h1');
  expect(takeOver(rollout.snapshot, newer(0))).toBeUndefined();
  expect(takeOver(rollout.snapshot, newer(0, 1))).toEqual({ do: 'supersede', by: 'r2' });
  rollout.facts('h1', { takenBy: 'r-1.5' });
  expect(takeOver(rollout.snapshot, newer(0))).toEqual({ do: 'supersede', by: 'r2' });
});

test('R9: a host that was changed, failed and is to be tried again is nothing that can be skipped: it is left out at its turn', () => {
  const rollout = fakeRollout({ maxInFlight: 1, failure: { max: '100%', consecutive: 9 }, health: { minHealthy: '10s', hostDeadline: '5m' } }, 3);
  const [first, second] = rollout.snapshot.tasks.map(({ hostId }) => hostId);
  rollout.stage(first!);
  rollout.wait(300_000);
  rollout.command({ do: 'pause' });
  rollout.command({ do: 'retry' });
  expect(rollout.task(first!)).toMatchObject({ state: 'pending', touched: true });
  expect(takeOver(rollout.snapshot, newer(...[first!, second!].map((id) => Number(id.slice(1)))))).toEqual({ do: 'skip', hosts: [second] });
});

test('R9: a host that is on the newer target already is the newer one\'s as well; on the same target it stays', () => {
  const rollout = fakeRollout({}, 2);
  const there = newer(0, 1);
  const already = { ...there, tasks: there.tasks.map((task) => ({ ...task, wave: null, state: 'skipped' as const, skipped: 'already' as const })) };
  expect(takeOver(rollout.snapshot, already)).toEqual({ do: 'supersede', by: 'r2' });
  expect(takeOver(rollout.snapshot, { ...already, rollout: { ...already.rollout, target: 'new' } })).toBeUndefined();
  const excluded = { ...there, tasks: there.tasks.map((task) => ({ ...task, wave: null, state: 'skipped' as const, skipped: 'excluded' as const })) };
  expect(takeOver(rollout.snapshot, excluded)).toBeUndefined();
});
