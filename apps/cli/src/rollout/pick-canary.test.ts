import type { Host } from '@novadock/api-client';
import { expect, test } from 'vitest';
import { pickCanary } from './pick-canary.ts';

const host = (name: string, change: object = {}) => ({ id: `id-${name}`, name, up: true, engineReady: true, labels: { rack: 'a' }, availabilityZone: 'z', setup: { profile: 'default', revision: 3, state: 'ok' }, facts: { engine: { liveRestore: true } }, ...change }) as unknown as Host;

test('the first of those selected that is whole', () => {
  const hosts = [host('h1', { up: false }), host('h2', { labels: { rack: 'b' } }), host('h3')];
  expect(pickCanary(hosts, {})).toEqual({ name: 'h2', profile: 'default', revision: 3 });
  expect(pickCanary(hosts, { labels: { rack: 'a', zone: 'z' } }).name).toBe('h3');
  expect(pickCanary(hosts, { exclude: ['id-h2'] }).name).toBe('h3');
  expect(pickCanary(hosts, { only: ['h1', 'h3'] }).name).toBe('h3');
  expect(pickCanary(hosts, { canary: 'id-h3' }).name).toBe('h3');
});

test.each([
  [{ up: false }, 'it does not answer'],
  [{ setup: { profile: null, revision: null, state: 'none' } }, 'it has no profile'],
  [{ setup: { profile: 'default', revision: 1, state: 'drifted' } }, 'its set-up is drifted'],
  [{ engineReady: false }, 'its engine is not ready'],
  [{ facts: { engine: { liveRestore: false } } }, 'live-restore off'],
])('one that is not whole is refused, with why: %j', (change, why) => {
  expect(() => pickCanary([host('h1', change)], {})).toThrow(why);
});

test('one that is not there', () => {
  expect(() => pickCanary([host('h1')], { canary: 'h9' })).toThrow('no host h9');
  expect(() => pickCanary([host('h1')], { labels: { rack: 'z' } })).toThrow('No host is selected');
});
