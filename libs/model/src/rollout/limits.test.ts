import { expect, test } from 'vitest';
import { allowedFailures } from './allowed-failures.ts';
import { inFlightLimit } from './in-flight-limit.ts';
import { parseStrategy } from './parse-strategy.ts';
import { fakeHost, fakeRollout } from './testing/fake-rollout.ts';
import { zoneHasRoom } from './zone-has-room.ts';

test.each([
  ['59 hosts at 2% bear 1', '2%', 59, false, 1],
  ['240 bear 4', '2%', 240, false, 4],
  ['49 bear none', '2%', 49, false, 0],
  ['50 bear 1', '2%', 50, false, 1],
  ['2000 at 1.15% bear 23, for hundredths are integers', '1.15%', 2000, false, 23],
  ['a count is a count', 5, 10, false, 5],
  ['a canary bears none', '50%', 4, true, 0],
])('R4: %s', (_title, max, size, canary, allowed) => {
  expect(allowedFailures(parseStrategy({ failure: { max } }), { canary, size })).toBe(allowed);
});

test('R4: a wave of 59 at 2% goes on after one failure and pauses at the second', () => {
  const rollout = fakeRollout({ waves: ['100%'], failure: { max: '2%', consecutive: 10 } }, 59);
  rollout.fail('h7');
  expect(rollout.state()).toBe('running');
  rollout.fail('h11');
  expect(rollout.state()).toBe('paused{threshold}');
  expect(rollout.states()).toEqual({ reverted: 2, pending: 57 });
});

test('R4: one canary that fails pauses the rollout, though it reverted itself, and no other host is touched', () => {
  const rollout = fakeRollout({ canary: { count: 1 } }, 20);
  const canary = rollout.snapshot.tasks[0]!.hostId;
  rollout.fail(canary);
  expect(rollout.state()).toBe('paused{threshold}');
  expect(rollout.task(canary)).toMatchObject({ state: 'reverted', failure: 'failed', error: { code: 'ENGINE_CONFIG_INVALID' } });
  expect(rollout.snapshot.tasks.filter((task) => task.attempt > 0)).toHaveLength(1);
});

test('R4: so many in a row pause it; a healthy host between them starts the count again', () => {
  const rollout = fakeRollout({ failure: { max: '100%', consecutive: 2 } }, 20);
  rollout.fail('h1');
  rollout.finish('h2');
  rollout.wait(1000);
  rollout.fail('h3');
  expect(rollout.state()).toBe('running');
  rollout.fail('h4');
  expect(rollout.state()).toBe('paused{threshold}');
});

test('R4: resume acknowledges the failures seen; only new ones trip the limit again', () => {
  const rollout = fakeRollout({ failure: { max: 1, consecutive: 10 } }, 20);
  rollout.fail('h1', 'h2');
  rollout.command({ do: 'resume' });
  expect(rollout.state()).toBe('running');
  rollout.wait(1000);
  rollout.fail('h3');
  expect(rollout.state()).toBe('running');
  rollout.fail('h4');
  expect(rollout.state()).toBe('paused{threshold}');
});

test('R4: a kind that does not count does not trip, and action continue ends in failed', () => {
  const lenient = fakeRollout({ failure: { max: 0, count: ['lost'] } }, 3);
  lenient.fail('h0');
  expect(lenient.state()).toBe('running');
  const on = fakeRollout({ failure: { max: 0, action: 'continue' } }, 2);
  on.fail('h0');
  on.finish('h1');
  expect(on.state()).toBe('failed');
});

test.each([
  ['10%', 1200, 120],
  ['10%', 19, 1],
  ['10%', 5, 1],
  [7, 100, 7],
  [0, 100, 1],
])('R1: %j of %d hosts are %d in flight', (maxInFlight, planned, limit) => {
  expect(inFlightLimit({ strategy: parseStrategy({ maxInFlight }), planned })).toBe(limit);
});

test('R1: no more than the limit is begun, and one more with each that is done', () => {
  const rollout = fakeRollout({ maxInFlight: 3 }, 10);
  expect(rollout.states()).toEqual({ precheck: 3, pending: 7 });
  rollout.finish(rollout.snapshot.tasks[0]!.hostId);
  expect(rollout.states()).toMatchObject({ healthy: 1, pending: 6 });
});

test('R1: what another leader began counts, for only the rows do', () => {
  const rollout = fakeRollout({ maxInFlight: 3 }, 10);
  for (const { hostId } of rollout.snapshot.tasks) rollout.facts(hostId, { epoch: 9 });
  rollout.wait(1000);
  expect(rollout.states()).toEqual({ precheck: 3, pending: 7 });
});

test.each([
  ['so many of a zone', 2, { a: 1, b: 2 }, 'a', true],
  ['and no more', 2, { a: 1, b: 2 }, 'b', false],
  ['one zone at a time: the one that is on', 'one-zone', { a: 1 }, 'a', true],
  ['not another', 'one-zone', { a: 1 }, 'b', false],
  ['any when none is on', 'one-zone', {}, 'b', true],
])('R1: zones: %s', (_title, perZone, zones, zone, room) => {
  expect(zoneHasRoom(parseStrategy({ maxInFlight: { perZone } }), new Map(Object.entries(zones)), zone)).toBe(room);
});

test('R1: one zone at a time', () => {
  const rollout = fakeRollout({ maxInFlight: { hosts: '100%', perZone: 'one-zone' } }, Array.from({ length: 9 }, (_, index) => fakeHost(index, {}, { zone: 'abc'[index % 3] ?? '' })));
  expect(new Set(rollout.snapshot.tasks.filter((task) => task.state === 'precheck').map((task) => task.zone)).size).toBe(1);
  expect(rollout.states()).toEqual({ precheck: 3, pending: 6 });
});

test('the rate per minute grows with the hosts that came out healthy', () => {
  const rollout = fakeRollout({ ratePerMinute: { hosts: 2, growth: { factor: 2, after: 4 } } }, 40);
  const begun = (): number => rollout.snapshot.tasks.filter((task) => task.attempt > 0).length;
  expect(begun()).toBe(2);
  rollout.wait(59_999);
  expect(begun()).toBe(2);
  rollout.wait(1);
  expect(begun()).toBe(4);
  rollout.finish(...rollout.snapshot.tasks.filter((task) => task.attempt > 0).map((task) => task.hostId));
  // Four are healthy, so it is four a minute now, less the two of this minute.
  expect(begun()).toBe(6);
  rollout.wait(60_000);
  expect(begun()).toBe(10);
});

test('no progress for the progress deadline pauses', () => {
  const rollout = fakeRollout({ offline: { policy: 'wait' }, health: { minHealthy: '1s', hostDeadline: '5m', progressDeadline: '10m' } }, [fakeHost(0, { online: false })]);
  rollout.wait(599_999);
  expect(rollout.state()).toBe('running');
  rollout.wait(1);
  expect(rollout.state()).toBe('paused{progress_deadline}');
  rollout.command({ do: 'resume' });
  expect(rollout.state()).toBe('running');
});
