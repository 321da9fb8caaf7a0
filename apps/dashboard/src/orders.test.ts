import { CloudError, commandRollout, parseStrategy, type RolloutCommand, type RolloutSnapshot } from '@novadock/model';
import type { Rollout } from '@novadock/api-client/browser';
import { describe, expect, test } from 'vitest';
import { ordersFor, orderWords, type Verb } from './orders.ts';

type Seen = Parameters<typeof ordersFor>[0];
const none = { hosts: 3, pending: 3, ok: 0, running: 0, failed: 0, offline: 0, skipped: 0, reverted: 0 };
const seen = (state: Seen['state'], change: Partial<Seen> = {}): Seen => ({ state, reason: null, supersededBy: null, failures: 1, counts: { ...none, ok: 1 }, waves: [{ name: 'canary', state: 'baking', planned: 1, allowedFailures: 0, counts: none }], ...change });

const commands: Record<Verb, RolloutCommand> = { start: { do: 'start' }, approve: { do: 'approve', by: 'u' }, pause: { do: 'pause' }, resume: { do: 'resume' }, promote: { do: 'promote' }, retry: { do: 'retry' }, rollback: { do: 'rollback', scope: 'touched' }, abort: { do: 'abort', policy: 'keep' } };
/** Whether the rollout's state allows what is ordered; what else may stand in its way is the API's to say. */
function isAllowed(verb: Verb, { state, reason, supersededBy, counts }: Seen): boolean {
  const rollout = { id: 'r-1', target: 'x', strict: false, planned: 3, approvedBy: null, approvedWave: -1, state, reason, supersededBy, stateAtMs: 0, strategy: parseStrategy({}), rollback: { scope: 'touched', reason: 'operator', size: 1 }, startedAtMs: 0 };
  const wave = { index: 0, name: 'canary', state: 'baking', size: 1, canary: true, startedAtMs: 0, stateAtMs: 0 };
  const tasks = Array.from({ length: counts.pending }, (_, index) => ({ hostId: `h${index}`, state: 'pending', touched: false, failure: null }));
  try {
    commandRollout({ rollout, waves: [wave], tasks, joining: [] } as unknown as RolloutSnapshot, commands[verb], 1);
    return true;
  } catch (error) {
    return !(error instanceof CloudError) || (error.reason !== 'RolloutState' && error.reason !== 'RolloutSuperseded');
  }
}

const states: Seen['state'][] = ['draft', 'planned', 'awaiting_approval', 'running', 'paused', 'succeeded', 'failed', 'aborted', 'superseded', 'rolling_back', 'rollback_paused', 'rolled_back'];

describe('the orders that are offered', () => {
  test.each(states)('while a rollout is %s are those that its state allows', (state) => {
    for (const reason of state === 'paused' ? ['operator', 'threshold', 'gate', 'window'] : [null]) {
      for (const verb of ordersFor(seen(state, { reason }))) expect([verb, reason, isAllowed(verb, seen(state, { reason }))]).toEqual([verb, reason, true]);
    }
  });

  test.each(['running', 'paused', 'succeeded', 'aborted'] as const)('are none once another rollout has taken its hosts (%s)', (state) => {
    expect(ordersFor(seen(state, { supersededBy: 'r-2' }))).toEqual([]);
  });

  test('begin with what is next', () => {
    const first = (state: Seen['state'], reason: string | null = null) => ordersFor(seen(state, { reason }))[0];
    expect([first('planned'), first('awaiting_approval'), first('running'), first('paused', 'threshold'), first('paused', 'gate'), first('paused', 'window'), first('rollback_paused')]).toEqual(['start', 'approve', 'pause', 'resume', 'approve', 'pause', 'resume']);
  });

  test('leave out what has nothing to do: no retry without failures, no rollback of what was not touched, no promotion without a canary', () => {
    expect(ordersFor(seen('running', { failures: 0, counts: none, waves: [] }))).toEqual(['pause', 'abort']);
  });

  test.each([
    ['away', { offline: 1 }, true],
    ['back, and waits', { pending: 1 }, true],
    ['being changed', { running: 1 }, true],
    ['none of that', {}, false],
  ])('end a rollout that succeeded while it catches up on a host: one is %s', (_title, some, offered) => {
    const counts = { ...none, pending: 0, ok: 1, ...some };
    expect(ordersFor(seen('succeeded', { counts, failures: 0 }))).toEqual(offered ? ['rollback', 'abort'] : ['rollback']);
  });

  test('leave a rollout that succeeded one way to be aborted: what it changed stays', () => {
    const choices = (state: Seen['state']) => orderWords.abort.confirm?.choices?.({ state } as Rollout).map(({ body }) => body);
    expect([choices('running'), choices('succeeded')]).toEqual([[{ policy: 'keep' }, { policy: 'revert' }], [{ policy: 'keep' }]]);
  });

  test('ask first where they cannot be taken back', () => {
    expect(Object.entries(orderWords).filter(([, { confirm }]) => confirm !== undefined).map(([verb]) => verb)).toEqual(['rollback', 'abort']);
  });
});
