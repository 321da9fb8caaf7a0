import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { addedPackages, rememberPlan, rememberRun, rememberRunEnd } from './added-packages.ts';
import type { FakeHost } from './fake-host.ts';
import { hostPaths } from './host-paths.ts';
import { packageManagers } from './package-managers.ts';
import { installPackages } from './steps/install-packages.ts';
import { createDebianHost, isThere, setUp } from './testing/debian-host.ts';

let host: FakeHost;
afterEach(() => host.remove());

const answers = () => host.ctx.connect({ timeoutMs: 1000 }).ping().then(() => true, () => false);

/** Replaces what apt-get does for one run. */
async function failingRun(apt: (args: string[]) => { code: number; output: string }) {
  const usual = host.programs['apt-get']!;
  host.programs['apt-get'] = async (args) => (args.includes('install') ? ((args.includes('--download-only') && (await usual(args))), apt(args)) : usual(args));
  const { error } = await setUp(host, 'apply');
  host.programs['apt-get'] = usual;
  return error;
}

/** As an administrator does it, and works with it. */
async function installByHand() {
  await host.installEngine();
  host.write('/etc/group', host.read('/etc/group').replace(/^docker:.*$/m, 'docker:x:999:alice'));
  for (const path of ['/etc/docker/certs.d/reg/ca.crt', '/var/lib/docker/image/overlay2/theirs', '/var/lib/containerd/theirs', '/etc/containerd/config.toml']) host.write(path, 'theirs');
}

const theirs = ['/etc/docker/certs.d/reg/ca.crt', '/var/lib/docker/image/overlay2/theirs', '/var/lib/containerd/theirs', '/etc/containerd/config.toml', '/usr/sbin/dockerd'];

const down = () => ({ code: 100, output: 'E: Unable to connect to mirror:http' });
const half = () => ({ code: 100, output: 'dpkg: error processing archive: no space left on device' });

test.each([
  ['before anything was fetched', (args: string[]) => (args.includes('--download-only') ? down() : half())],
  ['while its packages were installed', (args: string[]) => (args.includes('--download-only') ? { code: 0, output: '' } : half())],
])('after a first run that failed %s, an engine that somebody installed is theirs: undo leaves it, its group and its data', async (_, apt) => {
  host = await createDebianHost();
  expect(await failingRun(apt)).toBeDefined();
  await installByHand();
  await host.startEngine();
  expect((await setUp(host, 'apply')).error).toBeUndefined();
  host.commands.length = 0;
  expect((await setUp(host, 'undo')).error).toBeUndefined();
  expect(theirs.filter((path) => !isThere(host, path))).toEqual([]);
  expect(host.read('/etc/group')).toContain('docker:x:999:alice\n');
  expect([await answers(), host.packages.has('docker.io')]).toEqual([true, true]);
  expect(host.commands.filter((command) => /^(groupdel|systemctl stop|apt-get (purge|remove)|apt-mark unhold)/.test(command))).toEqual([]);
});

test('what others did between a run that failed and the one that installed the engine stays', async () => {
  host = await createDebianHost();
  await failingRun((args) => (args.includes('--download-only') ? { code: 0, output: '' } : half()));
  await installByHand();
  host.removeEngine();
  expect((await setUp(host, 'apply')).error).toBeUndefined();
  const { error, detailOf } = await setUp(host, 'undo');
  expect(error).toBeUndefined();
  expect(host.packages.has('docker.io')).toBe(false);
  // docker.io of Debian deletes /var/lib/docker when it is purged.
  expect(host.commands.some((command) => command.startsWith('apt-get purge'))).toBe(false);
  expect(detailOf('packages')).toContain('kept /var/lib/docker: it was in use before the engine was installed');
  expect(theirs.filter((path) => !isThere(host, path))).toEqual(['/usr/sbin/dockerd']);
  expect(host.read('/etc/group')).toContain('docker:x:999:alice\n');
});

test('an engine that others put in the place of ours is theirs', async () => {
  host = await createDebianHost();
  await setUp(host, 'apply');
  host.removeEngine();
  await installByHand();
  host.packages.delete('docker.io');
  host.packages.set('docker-ce', '5:28-1');
  const { error } = await setUp(host, 'undo');
  expect(error).toBeUndefined();
  expect(theirs.filter((path) => !isThere(host, path))).toEqual([]);
  expect(await answers()).toBe(true);
  expect(host.commands.filter((command) => /^(groupdel|systemctl stop|apt-get purge .*docker)/.test(command))).toEqual([]);
});

test('what the package manager installed after its run was cut off is ours', async () => {
  host = await createDebianHost();
  const before = host.snapshot();
  const usual = host.programs['apt-get']!;
  // The agent is killed, and apt-get goes on until the next run waits for it.
  host.programs['apt-get'] = async (args) => (args.includes('--download-only') ? usual(args) : new Promise(() => {}));
  void installPackages.apply(host.ctx).catch(() => {});
  await expect.poll(() => host.commands.some((command) => /^apt-get install(?!.*--download-only)/.test(command))).toBe(true);
  host.programs['apt-get'] = async (args) => {
    if (!args.includes('--download-only')) return usual(args);
    for (const path of ['/etc/containerd/x', '/var/lib/docker/x']) host.write(path, '');
    rmSync(join(host.ctx.root, 'etc/containerd/x'));
    await host.installEngine();
    return usual(args);
  };
  rmSync(join(host.ctx.root, hostPaths.fetchedPackages), { recursive: true });
  expect((await setUp(host, 'apply')).error).toBeUndefined();
  host.programs['apt-get'] = usual;
  expect((await setUp(host, 'undo')).error).toBeUndefined();
  expect([...host.packages.keys()].toSorted()).toEqual(['iproute', 'iproute2']);
  expect(Object.keys(host.snapshot()).filter((path) => !(path in before) && /docker|containerd/.test(path))).toEqual([]);
});

test('after a run that was cut off before it planned anything, all of the engine goes as well', async () => {
  host = await createDebianHost();
  const before = host.snapshot();
  await rememberRun(host.ctx, { versions: new Map(host.packages), broken: [], remains: [] });
  await setUp(host, 'apply');
  for (const path of ['/etc/docker/key.json', '/var/lib/docker/x']) host.write(path, '');
  expect((await setUp(host, 'undo')).error).toBeUndefined();
  expect(Object.keys(host.snapshot()).filter((path) => !(path in before) && /docker/.test(path))).toEqual([]);
});

test('what a run that was cut off planned and the next one found come is ours', async () => {
  host = await createDebianHost();
  const bare = { versions: new Map([['iproute2', '6.1.0-3']]), broken: [], remains: [] };
  const first = await rememberRun(host.ctx, bare);
  await rememberPlan(host.ctx, first, ['docker.io', 'nftables']);
  await rememberRun(host.ctx, bare);
  await host.installEngine();
  const { packageManager } = host.ctx.host;
  const manager = packageManager === undefined ? undefined : packageManagers[packageManager];
  const now = { ...bare, versions: new Map(host.packages) };
  await rememberRunEnd(host.ctx, now);
  expect(await addedPackages(host.ctx, manager, now)).toEqual(['docker.io', 'nftables']);
});

const isHeld = async () => (await host.ctx.run('dpkg-query', [])).stdout.includes('hi  docker.io');

test('what somebody holds stays held: after a run that failed, and after one that was cut off while the engine was changed', async () => {
  host = await createDebianHost({ engine: { version: '20.10' } });
  host.programs['apt-cache'] = () => ({ stdout: ' docker.io | 20.10.24+dfsg1-1 | http://m\n' });
  await failingRun((args) => (args.includes('--download-only') ? down() : half()));
  await installByHand();
  host.packages.delete('nftables');
  await host.ctx.run('apt-mark', ['hold', 'docker.io']);
  await host.startEngine();
  const hold = host.programs['apt-mark']!;
  host.programs['apt-mark'] = async (args) => (args[0] === 'hold' ? Promise.reject(new Error('power')) : hold(args));
  rmSync(join(host.ctx.root, 'usr/sbin/nft'));
  expect((await setUp(host, 'apply')).error?.message).toBe('power');
  await hold(['unhold', 'docker.io']);
  host.programs['apt-mark'] = hold;
  expect((await setUp(host, 'apply')).error).toBeUndefined();
  expect((await setUp(host, 'undo')).error).toBeUndefined();
  expect(await isHeld()).toBe(true);
});

test('what the set-up held of an engine that was there is let go, also where that was staged before', async () => {
  host = await createDebianHost({ engine: { version: '20.10' } });
  await installByHand();
  await host.startEngine();
  host.programs['apt-cache'] = () => ({ stdout: ' docker.io | 24.0.1-1 | http://m\n docker.io | 20.10.24+dfsg1-1 | http://m\n' });
  const { engine } = host.ctx.profile;
  host.ctx.profile.engine = { ...engine, version: '24' };
  expect((await setUp(host, 'stage')).error).toBeUndefined();
  expect(await isHeld()).toBe(false);
  host.ctx.profile.engine = engine;
  expect((await setUp(host, 'apply')).error).toBeUndefined();
  expect(await isHeld()).toBe(true);
  expect((await setUp(host, 'undo')).error).toBeUndefined();
  expect(await isHeld()).toBe(false);
});

test('of a run that failed half way, containerd stays where the engine that others installed needs it, and runs on', async () => {
  host = await createDebianHost();
  await failingRun((args) => (args.includes('--download-only') ? { code: 0, output: '' } : (host.packages.set('containerd', '1'), half())));
  await installByHand();
  await host.startEngine();
  const usual = host.programs['apt-get']!;
  host.programs['apt-get'] = (args) => (args.includes('-s') ? { stdout: 'Purg containerd [1]\nPurg docker.io [1]\n' } : usual(args));
  const { error } = await setUp(host, 'undo');
  expect(error).toBeUndefined();
  expect([host.packages.has('containerd'), await answers()]).toEqual([true, true]);
  expect(host.commands.filter((command) => /^systemctl stop/.test(command))).toEqual([]);
});
