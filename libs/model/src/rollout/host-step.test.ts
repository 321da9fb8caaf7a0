import { expect, test } from 'vitest';
import type { RolloutTransition } from './rollout.ts';
import { fakeHost, fakeRollout } from './testing/fake-rollout.ts';

const told = (transitions: RolloutTransition[], hostId = 'h0'): string[] => transitions.flatMap((one) => (one.of === 'host' && one.hostId === hostId && one.from !== one.to ? [one.to] : []));

test.each([
  ['none', ['assigned', 'precheck', 'staging', 'applying', 'restarting', 'verifying', 'healthy']],
  ['cordon', ['assigned', 'precheck', 'staging', 'cordoned', 'applying', 'restarting', 'verifying', 'healthy']],
  ['drain', ['assigned', 'precheck', 'staging', 'draining', 'applying', 'restarting', 'verifying', 'healthy']],
])('a host goes its way, drain %s', (mode, way) => {
  const rollout = fakeRollout({ drain: { mode } }, 1);
  rollout.stage('h0');
  rollout.facts('h0', { restarting: true });
  rollout.advance();
  rollout.finish('h0');
  expect(told(rollout.transitions)).toEqual(way);
  expect(rollout.state()).toBe('succeeded');
});

test('draining waits for the instances to leave, and fails at its end without touching the host', () => {
  const rollout = fakeRollout({ drain: { mode: 'drain', timeout: '2m' } }, [fakeHost(0, { instances: 2 })]);
  rollout.stage('h0');
  expect(rollout.task('h0')).toMatchObject({ state: 'draining', cordoned: true });
  rollout.wait(120_000);
  expect(rollout.task('h0')).toMatchObject({ state: 'failed', cordoned: false, touched: false, error: { code: 'DRAIN_TIMEOUT' } });
});

test('R2: a host that another rollout holds is waited for', () => {
  const rollout = fakeRollout({}, [fakeHost(0, { busyWith: 'r0' })]);
  expect(rollout.states()).toEqual({ pending: 1 });
  rollout.facts('h0', { busyWith: null });
  rollout.advance();
  expect(rollout.states()).toEqual({ precheck: 1 });
});

test('R2: a take-over renews the order under the new epoch, of the same attempt', () => {
  const rollout = fakeRollout({}, 1);
  rollout.facts('h0', { epoch: 5 });
  expect(rollout.advance()).toEqual([{ of: 'host', hostId: 'h0', from: 'precheck', to: 'precheck', set: { epoch: 5 }, order: { step: 'precheck', attempt: 1, epoch: 5, target: 'new', snapshot: null } }]);
  expect(rollout.advance()).toEqual([]);
});

test('R2: a report of an earlier attempt says nothing of this one', () => {
  const rollout = fakeRollout({}, 1);
  rollout.report('h0', 'precheck', { attempt: 0 });
  expect(rollout.task('h0').state).toBe('precheck');
});

test('R5: a host that got there meanwhile is skipped untouched', () => {
  const rollout = fakeRollout({ maxInFlight: 1 }, 2);
  const waiting = rollout.snapshot.tasks[1]!.hostId;
  rollout.facts(waiting, { appliedHash: 'new' });
  rollout.advance();
  expect(rollout.task(waiting)).toMatchObject({ state: 'skipped', skipped: 'already', attempt: 0 });
});

test('R6: whatever a host comes to, it is not left cordoned', () => {
  const rollout = fakeRollout({ failure: { max: '100%', consecutive: 9 }, health: { minHealthy: '10s', hostDeadline: '5m' } }, 5);
  rollout.stage('h0', 'h1', 'h2', 'h3', 'h4');
  expect(rollout.snapshot.tasks.every((task) => task.cordoned)).toBe(true);
  rollout.finish('h0');
  rollout.fail('h1');
  rollout.report('h2', 'applying', { ok: false });
  rollout.report('h2', 'reverting', { ok: false });
  rollout.facts('h3', { online: false, onlineSinceMs: rollout.now });
  rollout.wait(300_000);
  expect(rollout.states()).toEqual({ healthy: 1, reverted: 1, revert_failed: 1, lost: 1, timed_out: 1 });
  expect(rollout.snapshot.tasks.some((task) => task.cordoned)).toBe(false);
});

test.each([
  ['cordon', 1, 'failed'],
  ['drain', 1, 'verifying'],
  ['cordon', 0, 'verifying'],
])('R8: with drain %s, %d disturbed instances', (mode, disturbed, state) => {
  const rollout = fakeRollout({ drain: { mode } }, 1);
  rollout.stage('h0');
  expect(told(rollout.report('h0', 'applying', { disturbed }))[0]).toBe(state);
  expect(rollout.task('h0').disturbed).toBe(disturbed);
});

test.each([
  ['cordon', 'failed'],
  ['drain', 'verifying'],
])('R8: with drain %s, an instance that dies while its host is verified', (mode, state) => {
  const rollout = fakeRollout({ drain: { mode } }, 1);
  rollout.stage('h0');
  rollout.facts('h0', { appliedHash: 'new' });
  rollout.report('h0', 'applying');
  rollout.wait(5_000);
  expect(told(rollout.report('h0', 'applying', { disturbed: 1 }))[0]).toBe(state === 'failed' ? 'failed' : undefined);
  rollout.wait(10_000);
  if (state === 'failed') expect(rollout.task('h0')).toMatchObject({ state: 'reverting', disturbed: 1, error: { code: 'INSTANCES_DISTURBED', step: 'verifying' } });
  else expect(rollout.task('h0').state).toBe('healthy');
});

test('R8, R11: what changed since the plan is looked at once more before `applying`', () => {
  const rollout = fakeRollout({ failure: { max: '100%' } }, 3);
  rollout.facts('h0', { swarm: true });
  rollout.facts('h1', { liveRestore: false, instances: 1 });
  rollout.facts('h2', { unresolvable: 'gone from the repository' });
  rollout.stage('h0', 'h1', 'h2');
  expect(['h0', 'h1', 'h2'].map((id) => [rollout.task(id).state, rollout.task(id).error?.code])).toEqual([['failed', 'SWARM_MODE'], ['failed', 'LIVE_RESTORE_OFF'], ['failed', 'PACKAGE_NOT_FOUND']]);
});

test('R10: a host that reboots is waited for until its deadline', () => {
  const rollout = fakeRollout({ failure: { max: '100%' }, health: { minHealthy: '10s', hostDeadline: '5m' } }, 2);
  rollout.stage('h0', 'h1');
  for (const id of ['h0', 'h1']) rollout.facts(id, { online: false, onlineSinceMs: rollout.now });
  rollout.wait(240_000);
  expect(rollout.states()).toEqual({ applying: 2 });
  rollout.facts('h0', { online: true, onlineSinceMs: rollout.now });
  rollout.finish('h0');
  rollout.wait(60_000);
  expect([rollout.task('h0').state, rollout.task('h1').state]).toEqual(['healthy', 'lost']);
});

test('R12: a host that says it is done and is on the old revision is not healthy', () => {
  const rollout = fakeRollout({ health: { minHealthy: '10s', hostDeadline: '5m' } }, 1);
  rollout.stage('h0');
  rollout.report('h0', 'applying');
  rollout.wait(299_000);
  expect(rollout.task('h0').state).toBe('verifying');
  rollout.wait(1000);
  expect(rollout.task('h0').state).toBe('timed_out');
});

test('R12: a host has to be well for long enough, counted anew when it was not', () => {
  const rollout = fakeRollout({ health: { minHealthy: '30s' } }, 1);
  rollout.stage('h0');
  rollout.facts('h0', { appliedHash: 'new' });
  rollout.report('h0', 'applying');
  rollout.wait(20_000);
  rollout.facts('h0', { healthySinceMs: rollout.now });
  rollout.wait(20_000);
  expect(rollout.task('h0').state).toBe('verifying');
  rollout.wait(10_000);
  expect(rollout.task('h0').state).toBe('healthy');
});

test('a canary that goes bad while it is watched has failed', () => {
  const rollout = fakeRollout({ canary: { count: 1, bake: '5m' } }, 3);
  const canary = rollout.snapshot.tasks[0]!.hostId;
  rollout.finish(canary);
  expect(rollout.snapshot.waves[0]!.state).toBe('baking');
  rollout.facts(canary, { healthy: false, healthySinceMs: rollout.now });
  rollout.wait(10_000);
  expect(rollout.task(canary)).toMatchObject({ state: 'reverting', failure: 'failed', error: { code: 'WENT_UNHEALTHY' } });
  expect(rollout.state()).toBe('paused{threshold}');
});
