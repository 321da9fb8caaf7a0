import { expect, test } from 'vitest';
import { isBehind } from './catch-up.ts';
import { fakeHost, fakeRollout, startMs } from './testing/fake-rollout.ts';

const window = { start: '02:00', length: '1h' };
const away = fakeHost(0, { online: false });

function back(rollout: ReturnType<typeof fakeRollout>): void {
  rollout.facts('h0', { online: true, onlineSinceMs: rollout.now });
  rollout.advance();
}

test('R13: a host that is away at its turn is no failure; back in the window, it takes no instances until it is on the target', () => {
  const rollout = fakeRollout({ maxInFlight: 1 }, [away, fakeHost(1), fakeHost(2)]);
  expect(rollout.task('h0')).toMatchObject({ state: 'skipped', skipped: 'offline', failure: null });
  back(rollout);
  expect(rollout.task('h0')).toMatchObject({ state: 'pending', cordoned: true });
  const held: boolean[] = [];
  for (let count = 0; count < 3; count++) {
    held.push(rollout.task('h0').cordoned);
    rollout.finish(rollout.snapshot.tasks.find((task) => task.state === 'precheck')!.hostId);
  }
  expect(rollout.states()).toEqual({ healthy: 3 });
  expect(held[0]).toBe(true);
  expect(rollout.task('h0').cordoned).toBe(false);
});

test('R13: after the rollout succeeded too', () => {
  const rollout = fakeRollout({}, [away, fakeHost(1)]);
  rollout.finish('h1');
  expect(rollout.state()).toBe('succeeded');
  back(rollout);
  expect(rollout.task('h0')).toMatchObject({ state: 'precheck', cordoned: true });
});

test.each([
  [false, { state: 'skipped', cordoned: false }],
  [true, { state: 'pending', cordoned: true }],
])('R13: outside the window it is behind and serves until the next one, unless the profile is strict (%s)', (strict, task) => {
  const rollout = fakeRollout({ window }, [away, fakeHost(1)], { strict });
  rollout.finish('h1');
  rollout.wait(2 * 3_600_000);
  back(rollout);
  expect(rollout.task('h0')).toMatchObject(task);
  expect(isBehind('new', rollout.task('h0'))).toBe(true);
  rollout.wait(22 * 3_600_000);
  expect(rollout.task('h0')).toMatchObject({ state: 'precheck', cordoned: true });
});

test('R13: a pause lets whoever waits to catch up serve', () => {
  const rollout = fakeRollout({ maxInFlight: 1 }, [away, fakeHost(1)]);
  back(rollout);
  rollout.command({ do: 'pause' });
  expect(rollout.task('h0')).toMatchObject({ state: 'pending', cordoned: false });
  rollout.command({ do: 'resume' });
  expect(rollout.task('h0').cordoned).toBe(true);
});

test('R13: a newer rollout takes over what there is to catch up on', () => {
  const rollout = fakeRollout({}, [away, fakeHost(1)]);
  rollout.finish('h1');
  rollout.command({ do: 'supersede', by: 'r2' });
  expect(rollout.state()).toBe('succeeded');
  back(rollout);
  expect(rollout.task('h0').state).toBe('skipped');
});

test.each([
  ['wait', 'pending', null],
  ['fail', 'lost', 'lost'],
])('offline under the policy %s', (policy, state, failure) => {
  expect(fakeRollout({ offline: { policy } }, [away]).task('h0')).toMatchObject({ state, failure });
});

test('a host that is away for a moment is waited for', () => {
  const rollout = fakeRollout({}, [fakeHost(0, { online: false, onlineSinceMs: startMs - 30_000 })]);
  expect(rollout.task('h0').state).toBe('pending');
  rollout.wait(30_000);
  expect(rollout.task('h0').state).toBe('skipped');
});

test('a lock is honoured, and its host comes back into its wave; with force it is not looked at', () => {
  const rollout = fakeRollout({}, [fakeHost(0, { locked: true }), fakeHost(1)]);
  expect(rollout.task('h0')).toMatchObject({ state: 'skipped', skipped: 'locked' });
  rollout.facts('h0', { locked: false });
  rollout.advance();
  expect(rollout.task('h0').state).toBe('precheck');
  expect(fakeRollout({ locks: 'force' }, [fakeHost(0, { locked: true })]).task('h0').state).toBe('precheck');
});

test('R13: whoever comes back locked is kept from new instances once it is not', () => {
  const rollout = fakeRollout({ maxInFlight: 1 }, [away, fakeHost(1)]);
  rollout.facts('h0', { locked: true });
  back(rollout);
  expect(rollout.task('h0')).toMatchObject({ state: 'skipped', skipped: 'locked', cordoned: false });
  rollout.facts('h0', { locked: false });
  rollout.advance();
  expect(rollout.task('h0')).toMatchObject({ state: 'pending', cordoned: true });
});

test('a canary that is away proves nothing: the next host of the order stands in', () => {
  const hosts = Array.from({ length: 10 }, (_, index) => fakeHost(index));
  const canary = fakeRollout({ canary: { count: 1 } }, hosts).snapshot.tasks[0]!.hostId;
  const rollout = fakeRollout({ canary: { count: 1 } }, hosts.map((host) => (host.hostId === canary ? { ...host, facts: { ...host.facts, online: false } } : host)));
  const standIn = rollout.snapshot.tasks[1]!;
  expect(standIn).toMatchObject({ wave: 0, state: 'precheck' });
  expect(rollout.task(canary)).toMatchObject({ wave: 1, state: 'pending', catchUp: true });
  expect(rollout.states()).toEqual({ precheck: 1, pending: 9 });
});

test('late joiners go into the last wave, unless they are there already or blocked', () => {
  const rollout = fakeRollout({ maxInFlight: 1 }, 2);
  rollout.snapshot = { ...rollout.snapshot, joining: [fakeHost(7), fakeHost(8, { appliedHash: 'new' }), fakeHost(9, { swarm: true })] };
  rollout.advance();
  expect(rollout.task('h7')).toMatchObject({ state: 'pending', wave: 0 });
  expect(rollout.snapshot.waves[0]!.size).toBe(2);
  expect(rollout.snapshot.joining.map((host) => host.hostId)).toEqual(['h8', 'h9']);
  const closed = fakeRollout({ lateJoiners: false }, 2);
  closed.snapshot = { ...closed.snapshot, joining: [fakeHost(7)] };
  expect(closed.advance()).toEqual([]);
});
