import { expect, test } from 'vitest';
import { fakeRollout } from './testing/fake-rollout.ts';

test('a rollback of a host that the rollout does not have is refused, and does not end it', () => {
  const rollout = fakeRollout({}, 2);
  rollout.finish('h0', 'h1');
  expect(() => rollout.command({ do: 'rollback', scope: { hosts: ['h0', 'h9'] } })).toThrow(expect.objectContaining({ code: 'invalid', reason: 'NotInRollout', message: expect.stringContaining('no host h9') as unknown }));
  expect(rollout.state()).toBe('succeeded');
  rollout.command({ do: 'rollback', scope: 'touched' });
  expect(rollout.states()).toEqual({ reverting: 2 });
});

test('a rollback with nothing to return is refused, and says why', () => {
  const rollout = fakeRollout({ maxInFlight: 1, failure: { max: '100%' } }, 3);
  const [first, second, third] = rollout.snapshot.tasks.map(({ hostId }) => hostId);
  expect(() => rollout.command({ do: 'rollback', scope: 'touched' })).toThrow(expect.objectContaining({ code: 'conflict', reason: 'NothingToRevert', message: expect.stringContaining('abort') as unknown }));
  rollout.finish(first!);
  rollout.fail(second!);
  // Its own agent has put it back.
  expect(() => rollout.command({ do: 'rollback', scope: 'failed' })).toThrow(expect.objectContaining({ code: 'conflict', reason: 'NothingToRevert' }));
  expect(() => rollout.command({ do: 'rollback', scope: { hosts: [second!, third!] } })).toThrow(expect.objectContaining({ code: 'conflict', reason: 'NothingToRevert' }));
  expect(rollout.state()).toBe('running');
});

test('an abort that reverts, and a rollback by itself, end with nothing to return as well', () => {
  const aborted = fakeRollout({}, 2);
  aborted.command({ do: 'abort', policy: 'revert' });
  expect([aborted.state(), aborted.states()]).toEqual(['rolled_back{abort}', { pending: 2 }]);
  const tripped = fakeRollout({ failure: { max: 0, action: 'rollback' } }, 2);
  tripped.report('h0', 'precheck', { ok: false });
  expect([tripped.state(), tripped.states()]).toEqual(['rolled_back{threshold}', { failed: 1, pending: 1 }]);
});
