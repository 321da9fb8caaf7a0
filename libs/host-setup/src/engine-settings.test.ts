import { expect, test } from 'vitest';
import { changedKeys, keysInArguments, keysNotInEffect, mergeSettings, restartKeys, settingProblems } from './engine-settings.ts';

test.each([
  [{ debug: true }, { 'live-restore': true }, { debug: true, 'live-restore': true }],
  [{ 'log-opts': { tag: 'x', 'max-size': '1m' } }, { 'log-opts': { 'max-size': '10m' } }, { 'log-opts': { tag: 'x', 'max-size': '10m' } }],
  [{ 'registry-mirrors': ['a'] }, { 'registry-mirrors': ['b'] }, { 'registry-mirrors': ['b'] }],
  [{ 'log-driver': 'syslog', 'log-opts': { 'syslog-address': 'udp://x' } }, { 'log-driver': 'json-file', 'log-opts': { 'max-size': '10m' } }, { 'log-driver': 'json-file', 'log-opts': { 'max-size': '10m' } }],
  [{ 'log-opts': { 'max-size': '1m' } }, { 'log-driver': 'journald' }, { 'log-driver': 'journald' }],
])('%j with %j over it is %j', (present, wanted, expected) => {
  expect(mergeSettings(present, wanted)).toEqual(expected);
});

test('what SIGHUP takes over needs no restart, all else does', () => {
  const keys = changedKeys({ debug: true, bip: 'x' }, { debug: false, bip: 'x', 'log-opts': { a: '1' }, runtimes: {} });
  expect(keys).toEqual(['debug', 'log-opts', 'runtimes']);
  expect(restartKeys(keys)).toEqual(['log-opts']);
});

test('a key is found among the arguments by the name of its flag', () => {
  expect(keysInArguments(['runtimes', 'log-opts', 'log-driver', 'debug'], ['--add-runtime=x=/x', '--log-opt', 'a=b', '--log-driver=syslog'])).toEqual(['runtimes', 'log-opts', 'log-driver']);
});

test.each([
  [{ 'live-restore': 'yes' }, '"live-restore" must be true or false'],
  [{ 'log-opts': { 'max-file': 3 } }, '"log-opts" must be an object of strings'],
  [{ 'default-address-pools': [{ base: '10.0.0.0/8' }] }, /must be a list of/],
  [{ 'registry-mirrors': 'https://x' }, '"registry-mirrors" must be a list of strings'],
])('%j is refused', (settings, message) => {
  expect(settingProblems(settings)).toEqual([expect.stringMatching(message)]);
});

test('settings of the right types, and unknown ones, are left to the engine', () => {
  expect(settingProblems({ 'live-restore': true, 'default-address-pools': [{ base: '10.0.0.0/8', size: 24 }], 'of-tomorrow': 1 })).toEqual([]);
});

test('what the engine tells is compared with what it should go by', () => {
  const running = { LiveRestoreEnabled: true, LoggingDriver: 'json-file', Runtimes: { novadock: { path: '/old' } }, RegistryConfig: { Mirrors: ['https://m/'] } };
  expect(keysNotInEffect({ 'live-restore': true, 'log-driver': 'journald', runtimes: { novadock: { path: '/new' } }, 'registry-mirrors': ['https://m'], mtu: 1400 }, running)).toEqual(['log-driver', 'runtimes']);
});
