import { expect, test } from 'vitest';
import { advanceFully } from './advance.ts';
import { applyTransitions } from './apply-transitions.ts';
import { fakeHost, fakeRollout, startMs } from './testing/fake-rollout.ts';

test('R3: after a pause no host enters `applying`; those that are there finish, the others wait uncordoned', () => {
  const rollout = fakeRollout({}, 4);
  rollout.stage('h0');
  rollout.report('h1', 'precheck');
  rollout.command({ do: 'pause' });
  expect(rollout.states()).toEqual({ applying: 1, pending: 3 });
  rollout.finish('h0');
  expect(rollout.states()).toEqual({ healthy: 1, pending: 3 });
  rollout.command({ do: 'resume' });
  expect(rollout.states()).toEqual({ healthy: 1, precheck: 3 });
});

test('R3: the end of the window pauses, the next opening resumes; an operator\'s pause stays', () => {
  const rollout = fakeRollout({ window: { start: '02:00', length: '1h' } }, 3, { now: startMs + 59 * 60_000 });
  expect(rollout.state()).toBe('running');
  rollout.wait(60_000);
  expect(rollout.state()).toBe('paused{window}');
  expect(() => rollout.command({ do: 'resume' })).toThrow('The maintenance window is closed');
  rollout.wait(23 * 3_600_000);
  expect(rollout.state()).toBe('running');
  rollout.command({ do: 'pause' });
  rollout.wait(24 * 3_600_000);
  expect(rollout.state()).toBe('paused{operator}');
});

test('R7: a rollback returns each host to its own snapshot, under the in-flight limit', () => {
  const rollout = fakeRollout({ maxInFlight: 1, failure: { max: 1 } }, [fakeHost(0, { appliedHash: 'old-a' }), fakeHost(1, { appliedHash: 'old-b' }), fakeHost(2, { appliedHash: 'old-c' })]);
  const [first, second] = rollout.snapshot.tasks.map((task) => ({ hostId: task.hostId, was: task.facts.appliedHash }));
  rollout.finish(first!.hostId);
  rollout.finish(second!.hostId);
  const orders = rollout.command({ do: 'rollback', scope: 'touched' }).flatMap((one) => (one.of === 'host' && one.order !== undefined ? [one.order.snapshot] : []));
  expect(rollout.states()).toMatchObject({ reverting: 1 });
  for (const { hostId } of [first!, second!]) {
    for (const one of rollout.report(hostId, 'reverting')) if (one.of === 'host' && one.order !== undefined) orders.push(one.order.snapshot);
  }
  expect(orders).toEqual([first!.was, second!.was]);
  expect(rollout.state()).toBe('rolled_back{operator}');
  expect(rollout.states()).toEqual({ reverted: 2, pending: 1 });
});

test('R7: the snapshot of the first attempt stays through a retry', () => {
  const rollout = fakeRollout({ failure: { max: '100%', consecutive: 9 }, health: { minHealthy: '10s', hostDeadline: '5m' } }, 2);
  rollout.stage('h0');
  rollout.wait(300_000);
  rollout.facts('h0', { appliedHash: 'half' });
  rollout.command({ do: 'retry' });
  rollout.stage('h0');
  expect(rollout.task('h0')).toMatchObject({ state: 'applying', attempt: 2, previous: 'old' });
});

test('R7: a rollback that fails pauses, is not rolled back, and tries again when it is resumed', () => {
  const rollout = fakeRollout({}, 1);
  rollout.finish('h0');
  rollout.command({ do: 'rollback', scope: 'touched' });
  rollout.report('h0', 'reverting', { ok: false });
  expect(rollout.state()).toBe('rollback_paused{threshold}');
  expect(() => rollout.command({ do: 'rollback', scope: 'touched' })).toThrow('Cannot \'rollback\' a rollout that is rollback_paused');
  rollout.now += 1000;
  rollout.command({ do: 'resume' });
  expect(rollout.task('h0')).toMatchObject({ state: 'reverting', attempt: 3 });
  rollout.report('h0', 'reverting');
  expect(rollout.state()).toBe('rolled_back{operator}');
});

test('R7: failures can roll back by themselves', () => {
  const rollout = fakeRollout({ failure: { max: 0, action: 'rollback' } }, 3);
  rollout.finish('h0');
  rollout.fail('h1');
  expect(rollout.state()).toBe('rolling_back{threshold}');
  expect(rollout.states()).toEqual({ reverting: 1, reverted: 1, pending: 1 });
});

test.each([
  ['timed_out', (rollout: ReturnType<typeof fakeRollout>) => { rollout.stage('h0'); rollout.wait(300_000); }],
  ['lost', (rollout: ReturnType<typeof fakeRollout>) => { rollout.stage('h0'); rollout.facts('h0', { online: false, onlineSinceMs: rollout.now }); rollout.wait(300_000); rollout.facts('h0', { online: true }); }],
  ['healthy', (rollout: ReturnType<typeof fakeRollout>) => rollout.finish('h0')],
  ['revert_failed', (rollout: ReturnType<typeof fakeRollout>) => { rollout.stage('h0'); rollout.report('h0', 'applying', { ok: false }); rollout.report('h0', 'reverting', { ok: false }); rollout.wait(1000); }],
])('R7: a host that is %s, whose engine is down under its instances, is rolled back', (state, bring) => {
  const rollout = fakeRollout({ failure: { max: '100%' }, health: { minHealthy: '10s', hostDeadline: '5m' } }, [fakeHost(0, { instances: 2 })]);
  bring(rollout);
  expect(rollout.task('h0').state).toBe(state);
  // Of an engine that does not answer no more is known than that.
  rollout.facts('h0', { healthy: false, healthySinceMs: rollout.now, liveRestore: false });
  rollout.command({ do: 'rollback', scope: 'touched' });
  expect(rollout.task('h0').state).toBe('reverting');
  rollout.report('h0', 'reverting');
  expect(rollout.state()).toBe('rolled_back{operator}');
});

test('R8: a rollback waits while live-restore is off on an engine that is up under instances', () => {
  const rollout = fakeRollout({}, [fakeHost(0, { instances: 2 })]);
  rollout.finish('h0');
  rollout.facts('h0', { liveRestore: false });
  rollout.command({ do: 'rollback', scope: 'touched' });
  expect(rollout.states()).toEqual({ healthy: 1 });
  rollout.facts('h0', { liveRestore: true });
  rollout.advance();
  expect(rollout.states()).toEqual({ reverting: 1 });
});

test('R7: scope failed, and scope of hosts', () => {
  const rollout = fakeRollout({ failure: { max: '100%' }, health: { minHealthy: '10s', hostDeadline: '5m' } }, 3);
  rollout.finish('h0', 'h1');
  rollout.stage('h2');
  rollout.wait(300_000);
  expect(rollout.states()).toEqual({ healthy: 2, timed_out: 1 });
  rollout.command({ do: 'rollback', scope: 'failed' });
  expect(rollout.states()).toEqual({ healthy: 2, reverting: 1 });
  const named = fakeRollout({}, 3);
  named.finish('h0', 'h1', 'h2');
  named.command({ do: 'rollback', scope: { hosts: ['h1'] } });
  expect(named.task('h1').state).toBe('reverting');
  expect(named.states()).toEqual({ healthy: 2, reverting: 1 });
});

test('R9: a new target supersedes: running hosts finish, pending ones are left to it, the history stays', () => {
  const rollout = fakeRollout({}, 3);
  rollout.stage('h0');
  rollout.command({ do: 'supersede', by: 'r2' });
  expect(rollout.states()).toEqual({ applying: 1, pending: 2 });
  rollout.finish('h0');
  expect(rollout.state()).toBe('superseded');
  expect(rollout.states()).toEqual({ healthy: 1, pending: 2 });
  expect(() => rollout.command({ do: 'rollback', scope: 'touched' })).toThrow('superseded');
});

test('abort: keep lets hosts finish, revert takes back what was touched', () => {
  const keep = fakeRollout({}, 2);
  keep.stage('h0');
  keep.command({ do: 'abort', policy: 'keep' });
  keep.finish('h0');
  expect([keep.state(), keep.states()]).toEqual(['aborted', { healthy: 1, pending: 1 }]);
  const revert = fakeRollout({}, 2);
  revert.finish('h0');
  revert.command({ do: 'abort', policy: 'revert' });
  revert.report('h0', 'reverting');
  expect([revert.state(), revert.states()]).toEqual(['rolled_back{abort}', { reverted: 1, pending: 1 }]);
});

test.each([
  ['away', { online: false }, {}],
  ['locked', { locked: true }, {}],
  ['back, and being changed', { online: false }, { online: true }],
])('abort ends the catching up of a rollout that succeeded, while a host is %s', (_title, facts, back) => {
  const rollout = fakeRollout({}, [fakeHost(0, facts), fakeHost(1)], { strict: true });
  rollout.finish('h1');
  expect(rollout.state()).toBe('succeeded');
  rollout.facts('h0', back);
  rollout.advance();
  expect(() => rollout.command({ do: 'abort', policy: 'revert' })).toThrow(expect.objectContaining({ code: 'conflict', reason: 'RolloutState', message: expect.stringContaining('roll it back') as unknown }));
  rollout.command({ do: 'abort', policy: 'keep' });
  expect(rollout.state()).toBe('aborted');
  rollout.facts('h0', { online: true, locked: false });
  rollout.snapshot = { ...rollout.snapshot, joining: [fakeHost(7)] };
  rollout.wait(60_000);
  expect(rollout.states()).toEqual({ healthy: 1, [rollout.task('h0').state]: 1 });
  expect(rollout.task('h0')).toMatchObject({ cordoned: false, touched: false });
  expect(['skipped', 'pending']).toContain(rollout.task('h0').state);
});

test('a host in `applying` finishes after that', () => {
  const rollout = fakeRollout({}, [fakeHost(0, { online: false }), fakeHost(1)]);
  rollout.finish('h1');
  rollout.facts('h0', { online: true });
  rollout.advance();
  rollout.stage('h0');
  rollout.command({ do: 'abort', policy: 'keep' });
  rollout.finish('h0');
  expect([rollout.state(), rollout.states()]).toEqual(['aborted', { healthy: 2 }]);
});

test.each([
  ['no host was away', fakeHost(0)],
  ['the one that was away is on the target', fakeHost(0, { online: false })],
  ['one was there already', fakeHost(0, { appliedHash: 'new' })],
])('a rollout that succeeded, and has nothing to catch up on, is not aborted: %s', (_title, host) => {
  const rollout = fakeRollout({}, [host, fakeHost(1)]);
  if (rollout.task('h0').state === 'precheck') rollout.finish('h0');
  rollout.finish('h1');
  rollout.facts('h0', { appliedHash: 'new' });
  expect(() => rollout.command({ do: 'abort', policy: 'keep' })).toThrow('Cannot \'abort\' a rollout that is succeeded: it must be draft or planned');
});

test('retry: only the failed, also after the end', () => {
  const rollout = fakeRollout({ failure: { max: 0, action: 'continue' } }, 2);
  rollout.finish('h0');
  rollout.fail('h1');
  expect(rollout.state()).toBe('failed');
  rollout.command({ do: 'retry' });
  rollout.finish('h1');
  expect(rollout.state()).toBe('succeeded');
  expect([rollout.task('h0').attempt, rollout.task('h1').attempt]).toEqual([1, 2]);
  expect(() => rollout.command({ do: 'retry' })).toThrow('nothing to retry');
});

test('skip takes a host out before it is touched', () => {
  const rollout = fakeRollout({}, 2);
  rollout.command({ do: 'skip', hosts: ['h1'] });
  expect(rollout.task('h1')).toMatchObject({ state: 'skipped', skipped: 'excluded' });
  rollout.stage('h0');
  expect(() => rollout.command({ do: 'skip', hosts: ['h0'] })).toThrow('cannot be skipped');
  expect(() => rollout.command({ do: 'skip', hosts: ['h9'] })).toThrow('no host h9');
});

test('approval before the start, and between waves', () => {
  const before = fakeRollout({ approval: 'before-start' }, 2);
  expect(before.state()).toBe('awaiting_approval');
  before.command({ do: 'approve', by: 'eva' });
  expect([before.state(), before.snapshot.rollout.approvedBy]).toEqual(['running', 'eva']);
  const between = fakeRollout({ approval: 'between-waves', waves: ['50%', '100%'] }, 2);
  between.finish(between.snapshot.tasks[0]!.hostId);
  expect(between.state()).toBe('paused{gate}');
  expect(() => between.command({ do: 'resume' })).toThrow('waits for approval');
  between.command({ do: 'approve', by: 'eva' });
  between.finish(between.snapshot.tasks[1]!.hostId);
  expect(between.state()).toBe('succeeded');
});

test('promote ends the canary\'s bake', () => {
  const rollout = fakeRollout({ canary: { count: 1, bake: '1h' } }, 3);
  expect(() => rollout.command({ do: 'promote' })).toThrow('no canary to promote');
  rollout.finish(rollout.snapshot.tasks[0]!.hostId);
  expect(rollout.states()).toEqual({ healthy: 1, pending: 2 });
  rollout.command({ do: 'promote' });
  expect(rollout.states()).toEqual({ healthy: 1, precheck: 2 });
});

test('a patch changes limits, only while paused', () => {
  const rollout = fakeRollout({ maxInFlight: 1 }, 4);
  expect(() => rollout.command({ do: 'patch', strategy: { maxInFlight: 3 } })).toThrow('must be paused');
  rollout.command({ do: 'pause' });
  rollout.command({ do: 'patch', strategy: { maxInFlight: 3 } });
  rollout.command({ do: 'resume' });
  expect(rollout.states()).toEqual({ precheck: 3, pending: 1 });
});

test('R5: a rollout in which every host is there already succeeds at once and orders nothing', () => {
  const rollout = fakeRollout({}, [fakeHost(0, { appliedHash: 'new' })]);
  expect(rollout.state()).toBe('succeeded');
  expect(rollout.transitions.filter((one) => one.of === 'host')).toEqual([]);
});

test('R14: the transitions are the whole story: replayed, they give the same rows; and the snapshot is not written to', () => {
  const rollout = fakeRollout({ canary: { count: 1, bake: '1m' } }, 4);
  const before = structuredClone(rollout.snapshot);
  const frozen = rollout.snapshot;
  rollout.fail(rollout.snapshot.tasks[0]!.hostId);
  expect(frozen).toEqual(before);
  const [first, second] = [fakeRollout({}, 3), fakeRollout({}, 3)];
  second.snapshot = applyTransitions(second.snapshot, []);
  first.stage('h0');
  second.stage('h0');
  expect(second.snapshot).toEqual(first.snapshot);
  expect(advanceFully(first.snapshot, first.now).transitions).toEqual([]);
});
