import { expect, test } from 'vitest';
import { settingEdits, withoutDropped, withoutEdits } from './setting-edits.ts';

const ours = { 'live-restore': true, 'log-driver': 'local', runtimes: { novadock: { path: '/n' } }, 'log-opts': { 'max-size': '1m' } };

test.each([
  ['nothing', {}],
  ['other keys', { debug: true, runtimes: { nvidia: { path: 'x' } }, 'log-opts': { 'max-file': '2' } }],
  ['another value', { 'live-restore': false, 'log-driver': 'journald', 'log-opts': { 'max-size': '9m' } }],
])('what was set over %s is taken back, with what somebody added left', (_, before) => {
  const after = { ...before, ...ours, runtimes: { ...('runtimes' in before ? before.runtimes : {}), ...ours.runtimes }, 'log-opts': ours['log-opts'] };
  const edits = settingEdits(before, after);
  expect(withoutEdits(after, edits).settings).toEqual(before);
  expect(withoutEdits({ ...after, mtu: 1400, runtimes: { ...after.runtimes, kata: { path: 'k' } } }, edits).settings).toEqual({ ...before, mtu: 1400, runtimes: { ...('runtimes' in before ? before.runtimes : {}), kata: { path: 'k' } } });
  expect(withoutEdits(before, edits).keys).toEqual([]);
});

test('what somebody set to another value stays, and is not told of as taken back', () => {
  const edits = settingEdits({}, ours);
  expect(withoutEdits({ ...ours, 'live-restore': false, 'log-opts': { 'max-size': '5m' } }, edits)).toEqual({
    settings: { 'live-restore': false, 'log-opts': { 'max-size': '5m' } },
    keys: ['log-driver', 'runtimes.novadock'],
  });
});

test('of a key that was set twice the value before the first is put back, and one that we removed comes back', () => {
  const edits = [...settingEdits({ 'log-driver': 'syslog', 'log-opts': { tag: 'x' } }, { 'log-driver': 'local' }), ...settingEdits({ 'log-driver': 'local' }, { 'log-driver': 'json-file' })];
  expect(withoutEdits({ 'log-driver': 'json-file', debug: true }, edits).settings).toEqual({ 'log-driver': 'syslog', 'log-opts': { tag: 'x' }, debug: true });
});

test('of what was set for an earlier revision, what the new one does not say is taken back, and nothing else', () => {
  const [before, first] = [{ debug: true, 'log-opts': { tag: 'x' } }, { 'log-opts': { tag: 'x', 'max-size': '1m' }, debug: true, mtu: 1400, dns: ['10.0.0.1'] }];
  const edits = settingEdits(before, first);
  const wanted = { dns: ['10.0.0.2'], 'log-opts': { 'max-file': '2' } };
  expect(withoutDropped(first, { edits, wanted })).toEqual({ settings: { 'log-opts': { tag: 'x' }, debug: true, dns: ['10.0.0.1'] }, keys: ['log-opts.max-size', 'mtu'] });
  expect(withoutDropped({ ...first, mtu: 9000 }, { edits, wanted }).keys).toEqual(['log-opts.max-size']);
});
