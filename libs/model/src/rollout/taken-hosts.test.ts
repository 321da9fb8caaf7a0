import { expect, test } from 'vitest';
import { fakeFacts, fakeHost, fakeRollout } from './testing/fake-rollout.ts';

const newer = { takenBy: 'r-2' };

test('R9, R7: a rollback leaves hosts that a newer rollout has', () => {
  const rollout = fakeRollout({}, 2);
  rollout.finish('h0', 'h1');
  rollout.facts('h0', newer);
  rollout.command({ do: 'rollback', scope: 'touched' });
  expect(rollout.snapshot.rollout.rollback).toMatchObject({ size: 1 });
  rollout.report('h1', 'reverting');
  expect([rollout.state(), rollout.states()]).toEqual(['rolled_back{operator}', { healthy: 1, reverted: 1 }]);
});

test('R9, R7: a rollback by itself does so too, and one of such hosts only is refused', () => {
  const rollout = fakeRollout({ failure: { max: 0, action: 'rollback' } }, 3);
  rollout.finish('h0', 'h1');
  rollout.facts('h0', newer);
  expect(() => rollout.command({ do: 'rollback', scope: { hosts: ['h0'] } })).toThrow(expect.objectContaining({ code: 'conflict', reason: 'NothingToRevert', message: expect.stringContaining('r-2') as unknown }));
  rollout.fail('h2');
  expect(rollout.states()).toEqual({ healthy: 1, reverting: 1, reverted: 1 });
});

test('R9: a retry leaves them, and is refused where there are no others', () => {
  const rollout = fakeRollout({ failure: { max: '100%', consecutive: 9 } }, 2);
  rollout.fail('h0', 'h1');
  rollout.facts('h0', newer);
  rollout.command({ do: 'retry' });
  expect(rollout.states()).toEqual({ reverted: 1, precheck: 1 });
  rollout.fail('h1');
  rollout.facts('h1', newer);
  expect(() => rollout.command({ do: 'retry' })).toThrow(expect.objectContaining({ code: 'conflict', reason: 'RolloutSuperseded', message: expect.stringContaining('r-2') as unknown }));
});

test('R9: one that is to come is left out at its turn, or when it was begun and not touched; one that is being changed finishes', () => {
  const rollout = fakeRollout({ maxInFlight: 2 }, 3);
  const [first, second, third] = rollout.snapshot.tasks.map(({ hostId }) => hostId);
  rollout.stage(first!);
  rollout.report(second!, 'precheck');
  for (const hostId of [first!, second!, third!]) rollout.facts(hostId, newer);
  rollout.advance();
  expect(rollout.states()).toEqual({ applying: 1, skipped: 2 });
  expect(rollout.task(second!)).toMatchObject({ skipped: 'excluded', cordoned: false, catchUp: false });
  rollout.finish(first!);
  expect([rollout.state(), rollout.states()]).toEqual(['succeeded', { healthy: 1, skipped: 2 }]);
});

test('R9, R13: one that was away does not catch up on the older target, and is not kept from serving', () => {
  const rollout = fakeRollout({ offline: { policy: 'catch-up', after: '5s' } }, [fakeHost(0, { online: false })], { strict: true });
  rollout.wait(5_000);
  expect(rollout.task('h0')).toMatchObject({ state: 'skipped', skipped: 'offline' });
  rollout.facts('h0', { online: true, ...newer });
  rollout.wait(1_000);
  expect(rollout.task('h0')).toMatchObject({ state: 'skipped', cordoned: false });
  const held = fakeRollout({ offline: { policy: 'catch-up', after: '5s' } }, [fakeHost(0, { online: false }), fakeHost(1)], { strict: true });
  held.wait(5_000);
  held.command({ do: 'pause' });
  held.facts('h0', { online: true });
  held.wait(1_000);
  expect(held.task('h0')).toMatchObject({ state: 'pending', cordoned: true });
  held.facts('h0', newer);
  held.wait(1_000);
  expect(held.task('h0')).toMatchObject({ state: 'pending', cordoned: false });
});

test('R9: a canary that is watched does not fail for what a newer rollout does to it', () => {
  const rollout = fakeRollout({ canary: { count: 1, bake: '1h' } }, 2);
  const { hostId } = rollout.snapshot.tasks[0]!;
  rollout.finish(hostId);
  rollout.facts(hostId, { ...newer, healthy: false, healthySinceMs: rollout.now });
  rollout.wait(60_000);
  expect(rollout.task(hostId)).toMatchObject({ state: 'healthy', failure: null });
});

test('R9: no host joins late that a newer rollout has', () => {
  const rollout = fakeRollout({}, 1);
  rollout.snapshot = { ...rollout.snapshot, joining: [{ hostId: 'h8', zone: 'a', excluded: false, facts: fakeFacts(newer) }, { hostId: 'h9', zone: 'a', excluded: false, facts: fakeFacts() }] };
  rollout.advance();
  expect(rollout.snapshot.tasks.map(({ hostId }) => hostId)).toEqual(['h0', 'h9']);
});
