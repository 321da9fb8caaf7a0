import { existsSync, lstatSync, rmSync, symlinkSync } from 'node:fs';
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

const logs = { 'log-driver': 'json-file', 'log-opts': { 'max-size': '10m' } };
const foreign = { id: 'f1', name: 'theirs', startedAt: '2026-01-01T00:00:00Z', labels: {} };

/** An engine that runs, with a container, and a daemon.json from before. */
async function runWith(settings: Record<string, unknown>, wanted: Record<string, unknown>) {
  host.write(hostPaths.daemonJson, JSON.stringify(settings));
  await host.startEngine();
  host.engine.containers.push({ ...foreign });
  host.commands.length = 0;
  return { ...host.ctx, profile: { ...host.ctx.profile, engine: { ...host.ctx.profile.engine, settings: wanted } } };
}

test('what takes a restart is refused while containers run without live-restore, with what to do', async () => {
  const ctx = await runWith({}, logs);
  for (const attempt of [() => configureEngine.check(ctx), () => configureEngine.apply(ctx)]) {
    await expect(attempt()).rejects.toMatchObject({ code: 'conflict', reason: 'ENGINE_RESTART_WOULD_DISTURB', message: expect.stringMatching(/log-driver, log-opts takes a restart.*1 container runs \(theirs\).*"live-restore": true.*SIGHUP/) });
  }
  expect(daemonJson()).toEqual({});
  expect(host.engine.containers).toHaveLength(1);
});

test('with live-restore on before, the engine is restarted and what runs is left as it is', async () => {
  const ctx = await runWith({ 'live-restore': true }, logs);
  expect(await configureEngine.check(ctx)).toMatchObject({ ok: false, todo: expect.stringContaining('restart the engine'), files: [{ path: hostPaths.daemonJson, diff: expect.stringContaining('+    "max-size": "10m"') }] });
  await configureEngine.apply(ctx);
  expect(host.commands).toContain('launch dockerd');
  expect(host.engine.containers).toEqual([foreign]);
  expect(await configureEngine.check(ctx)).toMatchObject({ ok: true });
});

test('a restart that disturbs a container all the same is loud', async () => {
  const ctx = await runWith({ 'live-restore': true }, logs);
  const { kill } = host.programs;
  host.programs['kill'] = async (args) => {
    const result = await kill!(args);
    host.engine.containers.splice(0, 1, { ...foreign, startedAt: '2026-01-01T00:01:00Z' });
    return result;
  };
  await expect(configureEngine.apply(ctx)).rejects.toMatchObject({ code: 'internal', reason: 'CONTAINERS_DISTURBED', message: expect.stringContaining('theirs') });
});

test('an engine that does not come up gets its old file back, runs with it, and the step says why', async () => {
  const ctx = await runWith({ 'live-restore': true }, { 'no-such-setting': 1 });
  host.programs['kill'] = async () => (await host.engine.stop(), rmSync(join(host.ctx.root, 'proc'), { recursive: true }), {});
  await expect(configureEngine.apply(ctx)).rejects.toMatchObject({ code: 'invalid', reason: 'ENGINE_CONFIG_INVALID', message: expect.stringMatching(/put back as it was[^]*dockerd cannot be started[^]*Change the profile/) });
  expect(daemonJson()).toEqual({ 'live-restore': true });
  expect(host.engine.containers).toEqual([foreign]);
  await host.ctx.connect({ timeoutMs: 1000 }).ping();
});

test('a run that is cut off between the file and the restart is brought to its end by the next', async () => {
  const ctx = await runWith({ 'live-restore': true }, logs);
  // It never comes back from there, as after a power cut of the agent.
  void configureEngine.apply({ ...ctx, run: () => new Promise(() => {}) });
  await expect.poll(() => host.read(hostPaths.daemonJson)).toContain('max-size');
  expect(await configureEngine.check(ctx)).toMatchObject({ ok: false, why: expect.stringContaining('has not taken over'), todo: expect.stringContaining('restart the engine') });
  await configureEngine.apply(ctx);
  expect(host.commands).toContain('launch dockerd');
  expect(await configureEngine.check(ctx)).toMatchObject({ ok: true });
  expect(host.engine.containers).toEqual([foreign]);
});

test('types that no engine takes are refused before anything is written', async () => {
  const ctx = await runWith({}, { 'log-opts': { 'max-file': 3 } });
  host.engine.containers.splice(0);
  await expect(configureEngine.apply(ctx)).rejects.toMatchObject({ reason: 'ENGINE_CONFIG_INVALID', message: expect.stringContaining('"log-opts" must be an object of strings') });
  expect(daemonJson()).toEqual({});
});

test('an engine that can validate is asked', async () => {
  host.write('/usr/bin/dockerd', '');
  host.programs['dockerd'] = (args) => (args.includes('--help') ? { stdout: '      --validate   Validate daemon configuration and exit\n' } : { code: 1, output: 'unable to configure the Docker daemon with file: the following directives…' });
  await expect(configureEngine.apply(host.ctx)).rejects.toMatchObject({ reason: 'ENGINE_CONFIG_INVALID', message: expect.stringContaining('unable to configure') });
  expect(existsSync(join(host.ctx.root, hostPaths.daemonJson))).toBe(false);
});

test('a set-up by hand restarts nothing: what takes that holds from the next start on', async () => {
  const ctx = await runWith({}, logs);
  const byHand = { ...ctx, controllerUrl: undefined };
  await configureEngine.apply(byHand);
  expect(host.commands).toEqual(['kill -s HUP 4242']);
  expect(await configureEngine.check(byHand)).toMatchObject({ ok: true });
  expect(host.engine.containers).toEqual([foreign]);
});

test('what holds from the next start of the engine is told, until it does', async () => {
  const byHand = { ...(await runWith({ 'log-driver': 'json-file' }, { 'log-driver': 'local', debug: true })), controllerUrl: undefined };
  await configureEngine.apply(byHand);
  expect(await configureEngine.check(byHand)).toEqual({ ok: true, detail: expect.stringMatching(/; log-driver in effect when the engine starts next$/) as string });
  expect(host.engine.containers).toEqual([foreign]);
  await host.startEngine();
  expect(await configureEngine.check(byHand)).toEqual({ ok: true, detail: expect.not.stringContaining('starts next') as string });
});

test('without an engine all of the profile waits for its start, and nothing else in the file', async () => {
  host.write(hostPaths.daemonJson, '{"debug": true}');
  await configureEngine.apply(host.ctx);
  expect(await configureEngine.check(host.ctx)).toEqual({ ok: true, detail: expect.stringMatching(/; live-restore, runtimes in effect when the engine starts next$/) as string });
});

test('an engine that is kept gets its old configuration back, by a restart only where it ends nothing', async () => {
  const ctx = await runWith({ 'live-restore': true }, logs);
  const before = host.snapshot();
  await configureEngine.apply(ctx);
  expect(await configureEngine.undo(ctx)).toContain('restarted the engine');
  expect(host.snapshot()).toEqual(before);
  expect(host.engine.containers).toEqual([foreign]);
  expect(await configureEngine.undo(ctx)).toBe('');
});

test.each([
  ['whole', (text: string) => text],
  ['key by key, for it was edited', (text: string) => text.replace('{', '{ "debug": true,')],
])('an undo that is cut off between the file, put back %s, and the engine is brought to its end by the next', async (_, edit) => {
  for (const settings of [{}, { 'live-restore': true, 'log-driver': 'json-file' }]) {
    const ctx = await runWith(settings, { 'log-driver': 'local' });
    if (!('live-restore' in settings)) host.engine.containers.splice(0);
    await configureEngine.apply(ctx);
    host.write(hostPaths.daemonJson, edit(host.read(hostPaths.daemonJson)));
    const info = async () => (await ctx.connect({ timeoutMs: 1000 }).info()) as { LoggingDriver: string; LiveRestoreEnabled: boolean };
    expect(await info()).toMatchObject({ LiveRestoreEnabled: true, LoggingDriver: 'local' });
    // It never comes back from there.
    void configureEngine.undo({ ...ctx, run: () => new Promise(() => {}) });
    await expect.poll(() => host.read(hostPaths.daemonJson)).not.toContain('local');
    await expect.poll(() => ctx.changes.editedFiles('engine-config')).toEqual([]);
    expect(await info()).toMatchObject({ LoggingDriver: 'local' });
    expect(await configureEngine.undo(ctx)).toContain('and restarted the engine with it');
    expect(await info()).toMatchObject({ LiveRestoreEnabled: 'live-restore' in settings, LoggingDriver: 'json-file' });
    expect(await configureEngine.undo(ctx)).toBe('');
    await ctx.changes.forget('engine-config');
  }
});

test('an engine that was started since an undo was cut off is left alone', async () => {
  const ctx = await runWith({ 'live-restore': true }, logs);
  await configureEngine.apply(ctx);
  void configureEngine.undo({ ...ctx, run: () => new Promise(() => {}) });
  await expect.poll(() => host.read(hostPaths.daemonJson)).not.toContain('max-size');
  await host.startEngine();
  host.commands.length = 0;
  expect(await configureEngine.undo(ctx)).toBe('');
  expect(host.commands).toEqual([]);
});

test('undo of a file that somebody edited since takes only our keys back, and the engine goes by it', async () => {
  const ctx = await runWith({ 'live-restore': true, 'log-driver': 'json-file' }, { ...logs, 'max-concurrent-downloads': 3 });
  await configureEngine.apply(ctx);
  const edited = { ...(daemonJson() as object), 'insecure-registries': ['r:5000'], 'max-concurrent-downloads': 9 };
  host.write(hostPaths.daemonJson, JSON.stringify(edited));
  expect(await configureEngine.undo(ctx)).toMatch(/^took log-opts\.max-size, runtimes\.novadock in \/etc\/docker\/daemon\.json back, and nothing else.*restarted the engine/);
  expect(daemonJson()).toEqual({ 'live-restore': true, 'log-driver': 'json-file', 'max-concurrent-downloads': 9, 'insecure-registries': ['r:5000'] });
  const after = host.snapshot();
  expect(await configureEngine.undo(ctx)).toBe('');
  expect(host.snapshot()).toEqual(after);
});

test('an edit from between two runs lives on too, whatever the second run wrote', async () => {
  host.write(hostPaths.daemonJson, '{"debug": true}');
  await configureEngine.apply(host.ctx);
  host.write(hostPaths.daemonJson, JSON.stringify({ ...(daemonJson() as object), mtu: 1400 }));
  const again = { ...host.ctx, profile: { ...host.ctx.profile, engine: { ...host.ctx.profile.engine, settings: { 'live-restore': true, 'shutdown-timeout': 20 } } } };
  await configureEngine.apply(again);
  expect(daemonJson()).toMatchObject({ mtu: 1400, 'shutdown-timeout': 20 });
  await configureEngine.undo(again);
  expect(daemonJson()).toEqual({ debug: true, mtu: 1400 });
});

test('an edited file that is no JSON any more is left whole', async () => {
  await configureEngine.apply(host.ctx);
  host.write(hostPaths.daemonJson, '{ "mtu": 1400, }');
  expect(await configureEngine.undo(host.ctx)).toBe('');
  expect(host.read(hostPaths.daemonJson)).toBe('{ "mtu": 1400, }');
  expect(await host.ctx.changes.editedFiles('engine-config')).toEqual([hostPaths.daemonJson]);
});

test('a setting that the next revision does not have any more goes, or is as it was before the first; with it what takes a restart', async () => {
  const profile = (settings: Record<string, unknown>) => ({ ...host.ctx, profile: { ...host.ctx.profile, engine: { ...host.ctx.profile.engine, settings } } });
  host.write(hostPaths.daemonJson, JSON.stringify({ debug: true, mtu: 1400 }));
  await configureEngine.apply(profile({ mtu: 9000, 'log-opts': { 'max-size': '1m', 'max-file': '2' }, dns: ['10.0.0.1'] }));
  await configureEngine.apply(profile({ 'log-opts': { 'max-size': '1m' }, dns: ['10.0.0.2'] }));
  expect(daemonJson()).toEqual({ debug: true, mtu: 1400, ...ours, 'log-opts': { 'max-size': '1m' }, dns: ['10.0.0.2'] });
  expect(await configureEngine.check(host.ctx)).toMatchObject({ ok: false, why: expect.stringMatching(/still has log-opts\.max-size, dns of an earlier profile$/), todo: expect.stringMatching(/^take log-opts\.max-size, dns back in/) });
  await configureEngine.apply(host.ctx);
  expect(daemonJson()).toEqual({ debug: true, mtu: 1400, ...ours });
  expect(await configureEngine.check(host.ctx)).toMatchObject({ ok: true });
  await configureEngine.undo(host.ctx);
  expect(daemonJson()).toEqual({ debug: true, mtu: 1400 });
});
