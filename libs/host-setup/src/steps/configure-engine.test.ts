import { existsSync, lstatSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createFakeHost, type FakeHost } from '../fake-host.ts';
import { hostPaths } from '../host-paths.ts';
import { configureEngine } from './configure-engine.ts';

const ours = { 'live-restore': true, runtimes: { novadock: { path: hostPaths.runtime } } };
let host: FakeHost;

beforeEach(async () => {
  host = await createFakeHost({ osRelease: 'ID=debian\n', profile: { engine: { settings: {} } }, controllerUrl: 'https://controller:8774' });
});
afterEach(() => host.remove());

const daemonJson = () => JSON.parse(host.read(hostPaths.daemonJson)) as unknown;

test('without an engine the file is written, and nobody is told to reload it', async () => {
  await configureEngine.apply(host.ctx);
  expect(daemonJson()).toEqual(ours);
  expect(await configureEngine.check(host.ctx)).toMatchObject({ ok: true });
  expect(host.commands).toEqual([]);
});

test('every other setting stays, and a file of four spaces keeps them', async () => {
  host.write(hostPaths.daemonJson, JSON.stringify({ 'data-root': '/srv/docker', 'log-opts': { 'max-size': '1m' }, runtimes: { nvidia: { path: 'nvidia-container-runtime' } } }, undefined, 4));
  await configureEngine.apply(host.ctx);
  expect(daemonJson()).toEqual({ 'data-root': '/srv/docker', 'log-opts': { 'max-size': '1m' }, 'live-restore': true, runtimes: { nvidia: { path: 'nvidia-container-runtime' }, ...ours.runtimes } });
  expect(host.read(hostPaths.daemonJson)).toContain('\n    "data-root"');
});

test('a link of configuration management stays a link', async () => {
  host.write('/managed/daemon.json', '{}');
  host.write('/etc/docker/key.json', '');
  symlinkSync('../../managed/daemon.json', join(host.ctx.root, hostPaths.daemonJson));
  await configureEngine.apply(host.ctx);
  expect(lstatSync(join(host.ctx.root, hostPaths.daemonJson)).isSymbolicLink()).toBe(true);
  expect(JSON.parse(host.read('/managed/daemon.json'))).toEqual(ours);
});

test('an engine that runs gets SIGHUP and no restart', async () => {
  await host.ctx.launch({ command: 'dockerd', args: [], logFile: '' });
  host.commands.length = 0;
  await configureEngine.apply(host.ctx);
  expect(host.commands).toEqual(['kill -s HUP 4242']);
  expect(await configureEngine.check(host.ctx)).toMatchObject({ ok: true });
});

test('a file that is right and an engine that has not taken it over is not ok', async () => {
  await host.ctx.launch({ command: 'dockerd', args: [], logFile: '' });
  host.write(hostPaths.daemonJson, JSON.stringify(ours));
  expect(await configureEngine.check(host.ctx)).toMatchObject({ ok: false, why: expect.stringContaining('has not taken over') });
});

test('an engine that does not take it over fails the step', async () => {
  await host.ctx.launch({ command: 'dockerd', args: [], logFile: '' });
  host.programs['kill'] = () => ({});
  await expect(configureEngine.apply({ ...host.ctx, engineTimeoutMs: 200 })).rejects.toMatchObject({ code: 'invalid', reason: 'ENGINE_CONFIG_INVALID', message: expect.stringMatching(/put back as it was[^]*did not take over live-restore, runtimes/) });
  expect(existsSync(join(host.ctx.root, hostPaths.daemonJson))).toBe(false);
});

test.each([
  ['{ "live-restore": true, }', /not valid JSON .*so it was left alone\. Mend it/],
  ['[]', /not a JSON object/],
  ['{ "runtimes": [] }', /"runtimes" .* not a JSON object/],
])('a file that reads %s is refused and left as it is', async (text, message) => {
  host.write(hostPaths.daemonJson, text);
  for (const attempt of [() => configureEngine.check(host.ctx), () => configureEngine.apply(host.ctx)]) {
    await expect(attempt()).rejects.toMatchObject({ code: 'invalid', message: expect.stringMatching(message) });
  }
  expect(host.read(hostPaths.daemonJson)).toBe(text);
});

test('settings that are among the arguments of dockerd are not put into the file too: it would not start again', async () => {
  await host.ctx.launch({ command: 'dockerd', args: [], logFile: '' });
  host.write('/proc/4242/cmdline', 'dockerd\0--live-restore\0');
  await configureEngine.apply(host.ctx);
  expect(daemonJson()).toEqual({ runtimes: ours.runtimes });
  host.write('/proc/4242/cmdline', 'dockerd\0--add-runtime=x=/usr/bin/x\0');
  await expect(configureEngine.check(host.ctx)).rejects.toThrow(/--add-runtime/);
});
