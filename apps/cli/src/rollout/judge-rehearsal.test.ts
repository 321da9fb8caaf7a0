import type { Rollout, RolloutHost } from '@novadock/api-client';
import { expect, test } from 'vitest';
import { judgeRehearsal } from './judge-rehearsal.ts';

const rollout = { id: 'r-1', state: 'paused', reason: 'threshold', disturbed: 0 } as Rollout;
const host = (change: Partial<RolloutHost>) => ({ host: 'h2', attempt: 0, touched: false, failure: null, error: null, state: 'pending', appliedHash: 'own', ...change }) as RolloutHost;
const error = { code: 'ENGINE_CONFIG_INVALID', step: 'engine-config', message: '', logTail: '' };
const broken = (change: Partial<RolloutHost> = {}) => host({ host: 'h1', attempt: 1, state: 'reverted', failure: 'failed', error, ...change });
const judge = (hosts: RolloutHost[], change: Partial<Rollout> = {}) => judgeRehearsal({ ...rollout, ...change }, hosts, { canary: 'h1', before: 'own' });

test('all was as it should be', () => {
  expect(judge([broken(), host({}), host({ host: 'h3' })])).toEqual([
    { ok: true, what: 'h1 failed at the step engine-config: ENGINE_CONFIG_INVALID' },
    { ok: true, what: 'h1 is reverted, and on the revision that it had' },
    { ok: true, what: 'the rollout is paused (threshold)' },
    { ok: true, what: '2 other hosts were not touched' },
    { ok: true, what: '0 instances were disturbed' },
  ]);
});

test.each([
  ['it failed of something else', [broken({ error: { ...error, code: 'HOST_DEADLINE' } })], {}, 'h1 failed at the step engine-config: HOST_DEADLINE'],
  ['its engine took the setting', [broken({ failure: null, error: null, state: 'healthy', touched: true, appliedHash: 'bad' })], {}, 'h1 did not fail, it is healthy'],
  ['it did not get back', [broken({ state: 'revert_failed', touched: true })], {}, 'h1 is revert failed, and on the revision that it had'],
  ['it is on another revision', [broken({ appliedHash: 'other' })], {}, 'h1 is reverted, and not on the revision that it had'],
  ['it went on', [broken()], { state: 'running' as const, reason: null }, 'the rollout is running'],
  ['another host was begun', [broken(), host({ attempt: 1 })], {}, 'others were touched: h2'],
  ['an instance was disturbed', [broken()], { disturbed: 1 }, '1 instance was disturbed'],
  ['the canary is gone', [host({})], {}, 'h1 is not in r-1'],
])('%s', (_, hosts, change, what) => {
  expect(judge(hosts, change).filter(({ ok }) => !ok).map((finding) => finding.what)).toContain(what);
});
