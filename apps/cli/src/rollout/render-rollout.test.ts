import type { Rollout, RolloutHost } from '@novadock/api-client';
import pico from 'picocolors';
import { expect, test } from 'vitest';
import { eventLine } from './event-line.ts';
import { renderRollout } from './render-rollout.ts';

const counts = { hosts: 1, pending: 0, ok: 1, running: 0, failed: 0, offline: 0, skipped: 0, reverted: 0 };
const rollout: Rollout = {
  id: 'r-42', etag: '"3"', profile: { name: 'engine-29.4', revision: 2 }, hash: 'h', select: { labels: {}, hosts: [], exclude: [] }, strategy: {}, strict: false, state: 'running', reason: null, stateAt: '2026-01-01T02:00:00Z', planned: 60,
  waves: [{ name: 'canary', state: 'done', planned: 1, allowedFailures: 0, counts }, { name: '5%', state: 'running', planned: 59, allowedFailures: 1, counts: { ...counts, hosts: 59, ok: 46, running: 12, failed: 1 } }, { name: '100%', state: 'pending', planned: 1, allowedFailures: 0, counts: { ...counts, ok: 0, pending: 1 } }],
  counts: { ...counts, hosts: 61, failed: 1 }, behind: 0, inFlight: 12, inFlightLimit: 120, disturbed: 0, failures: 1, etaAt: null, approvedBy: null, supersededBy: null, rollback: null, createdBy: 'u', createdAt: '2026-01-01T02:00:00Z', startedAt: null,
};
const failure: RolloutHost = {
  hostId: 'x', host: 'c-117', zone: 'a', wave: 1, state: 'reverted', stateAt: '', appliedHash: '', attempt: 1, skipped: null, failure: 'failed', acknowledged: false, error: { code: 'ENGINE_CONFIG_INVALID', step: 'restarting', message: 'no', logTail: '' },
  touched: false, cordoned: false, behind: false, disturbed: 0, online: true,
};
const colors = pico.createColors(false);

test('a rollout is drawn wave by wave, with what stops it and what failed', () => {
  expect(renderRollout(rollout, [failure], colors).split('\n')).toEqual([
    'r-42  engine-29.4@2  RUNNING wave 2/3  in flight 12/120  disturbed instances 0',
    'WAVE    STATE    HOSTS  OK  RUN  FAIL  OFFLINE  SKIP',
    'canary  done         1   1    0     0        0     0',
    '5%      running     59  46   12     1        0     0   stops at 2 failed of 59',
    '100%    pending      1   0    0     0        0     0',
    'FAILED  c-117  step=restarting code=ENGINE_CONFIG_INVALID  reverted=yes  novadock rollout log r-42 c-117',
  ]);
});

test('those that were taken back are counted where there are any', () => {
  const [canary] = rollout.waves;
  const back: Rollout = { ...rollout, state: 'rolled_back', waves: [{ ...canary!, counts: { ...counts, ok: 0, reverted: 1 } }], counts: { ...counts, ok: 0, reverted: 1 } };
  expect(renderRollout(back, [], colors).split('\n').slice(1)).toEqual([
    'WAVE    STATE  HOSTS  OK  RUN  FAIL  OFFLINE  SKIP  REVERTED',
    'canary  done       1   0    0     0        0     0         1',
  ]);
});

test('why it is paused, who is behind, and that there is more', () => {
  const paused: Rollout = { ...rollout, state: 'paused', reason: 'progress_deadline', behind: 2, disturbed: 1 };
  const [head, ...lines] = renderRollout(paused, Array.from({ length: 12 }, () => failure), colors).split('\n');
  expect(head).toBe('r-42  engine-29.4@2  PAUSED (progress deadline)  in flight 12/120  disturbed instances 1  behind 2');
  expect(lines.at(-1)).toBe('        2 more: novadock rollout status r-42 --hosts failed');
});

const event = (kind: string, data: Record<string, unknown>) => eventLine({ id: '1', at: '2026-01-01T02:03:04.000Z', kind, projectId: null, subjectId: 'r-1', data });
test.each([
  ['rollout.paused', { reason: 'threshold' }, '02:03:04 rollout: paused (threshold)'],
  ['rollout.wave_running', { wave: '5%' }, '02:03:04 wave 5%: running'],
  ['rollout.host_skipped', { host: 'c-1', skipped: 'offline' }, '02:03:04 c-1: skipped (offline)'],
  ['rollout.host_failed', { host: 'c-1', code: 'X', step: 'service', message: 'no:\nits log' }, '02:03:04 c-1: failed step=service code=X: no:'],
  ['rollout.host_changed', { host: 'c-1' }, undefined],
])('an event is a line: %s', (kind, data, line) => expect(event(kind, data)).toBe(line));
