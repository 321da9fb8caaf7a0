import type { Broken, Fleet, Rollout } from '@novadock/api-client/browser';
import { expect, test } from 'vitest';
import { ago, brokenWords, clock, count, counted, sayNews, sayState } from './words.ts';

const now = new Date('2026-11-22T12:00:00');
const before = (seconds: number) => new Date(now.getTime() - seconds * 1000);

test.each([[0, '0 s'], [59, '59 s'], [60, '1 min'], [3599, '59 min'], [7200, '2 h'], [172_799, '47 h'], [172_800, '2 days'], [-5, '0 s']])('%i seconds ago is said as %s', (seconds, words) => {
  expect(ago(before(seconds), now)).toBe(words);
});

test('a time of another day says which', () => {
  expect([clock(before(3600), now), clock(before(86_400), now)]).toEqual(['11:00', '22 Nov 12:00'.replace('22', '21')]);
});

test('numbers and their words agree', () => {
  expect([count(5000), counted(1, 'host'), counted(2, 'host')]).toEqual(['5,000', '1 host', '2 hosts']);
});

test('a state is said with its reason', () => {
  expect(sayState({ state: 'paused', reason: 'threshold', supersededBy: null })).toBe('Paused: too many hosts failed');
  expect(sayState({ state: 'running', reason: null, supersededBy: null })).toBe('Running');
  expect(sayState({ state: 'superseded', reason: null, supersededBy: 'r-2' })).toBe('Superseded by r-2');
});

test('a name that a shell would take for more than a word is quoted', () => {
  expect(brokenWords.drifted.command({ name: 'c-1.example' } as Broken)).toBe('npx novadock host prepare c-1.example');
  expect(brokenWords.drifted.command({ name: "a'; reboot" } as Broken)).toBe(`npx novadock host prepare 'a'\\''; reboot'`);
});

test('what is new is told, and nothing else', () => {
  const rollout = (state: Rollout['state'], wave: 'pending' | 'running'): Rollout => ({ id: 'r-1', state, reason: state === 'paused' ? 'operator' : null, supersededBy: null, waves: [{ name: '5%', state: wave }] }) as unknown as Rollout;
  const fleet = (change: { rollouts?: Rollout[]; broken?: number; down?: number }): Fleet => ({ rollouts: change.rollouts ?? [], broken: { total: change.broken ?? 0 }, hosts: { up: 3 - (change.down ?? 0), down: change.down ?? 0 } }) as unknown as Fleet;
  const running = [rollout('running', 'running')];
  expect(sayNews(fleet({ rollouts: running }), fleet({ rollouts: running }))).toEqual([]);
  expect(sayNews(fleet({ rollouts: [rollout('running', 'pending')] }), fleet({ rollouts: running }))).toEqual(['r-1: wave 5% is running.']);
  expect(sayNews(fleet({ rollouts: running }), fleet({ rollouts: [rollout('paused', 'running')] }))).toEqual(['r-1: Paused: by an operator.']);
  expect(sayNews(fleet({}), fleet({ broken: 2, down: 1 }))).toEqual(['2 hosts up, 1 down.', '2 things broken, 2 more than before.']);
  expect(sayNews(fleet({ broken: 2 }), fleet({}))).toEqual(['Nothing is broken any more.']);
});
