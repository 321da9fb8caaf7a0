import { createHash } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineProfile, SetupKind, SetupStepChange } from '@novadock/model';
import { afterEach, expect, test } from 'vitest';
import { addedPackages, rememberPlan, rememberRun, rememberRunEnd } from './added-packages.ts';
import { createFakeHost, type FakeHost } from './fake-host.ts';
import { hostPaths } from './host-paths.ts';
import { packageManagers } from './package-managers.ts';
import { runSetup } from './run-setup.ts';
import { installPackages } from './steps/install-packages.ts';
import { metaOf } from './testing/containerd-meta.ts';

const debian = 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n';
const containers = { theirs: JSON.stringify({ Config: { Labels: null } }) };
let host: FakeHost;
afterEach(() => host.remove());

async function debianHost(options: { engine?: Partial<EngineProfile>; files?: Record<string, string>; bare?: boolean } = {}): Promise<FakeHost> {
  const manager: Record<string, string> = options.bare === true ? {} : { '/run/systemd/system/x': '' };
  host = await createFakeHost({ osRelease: debian, profile: { engine: options.engine }, files: { '/usr/bin/apt-get': '', ...manager, ...options.files } });
  return host;
}

async function setUp(kind: SetupKind) {
  const changes: SetupStepChange[] = [];
  const { error } = await runSetup({ kind, ctx: host.ctx, report: async (news) => void ('step' in news && changes.push(news.step)) });
  const detailOf = (name: string) => changes.findLast((change) => change.name === name)?.detail ?? '';
  return { error, detailOf };
}

const isThere = (path: string) => existsSync(join(host.ctx.root, path));
const answers = () => host.ctx.connect({ timeoutMs: 1000 }).ping().then(() => true, () => false);

/** Replaces what apt-get does for one run. */
async function failingRun(apt: (args: string[]) => { code: number; output: string }) {
  const usual = host.programs['apt-get']!;
  host.programs['apt-get'] = async (args) => (args.includes('install') ? ((args.includes('--download-only') && (await usual(args))), apt(args)) : usual(args));
  const { error } = await setUp('apply');
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
  await debianHost();
  expect(await failingRun(apt)).toBeDefined();
  await installByHand();
  await host.startEngine();
  expect((await setUp('apply')).error).toBeUndefined();
  host.commands.length = 0;
  expect((await setUp('undo')).error).toBeUndefined();
  expect(theirs.filter((path) => !isThere(path))).toEqual([]);
  expect(host.read('/etc/group')).toContain('docker:x:999:alice\n');
  expect([await answers(), host.packages.has('docker.io')]).toEqual([true, true]);
  expect(host.commands.filter((command) => /^(groupdel|systemctl stop|apt-get (purge|remove)|apt-mark unhold)/.test(command))).toEqual([]);
}, 15_000);

test('what others did between a run that failed and the one that installed the engine stays', async () => {
  await debianHost();
  await failingRun((args) => (args.includes('--download-only') ? { code: 0, output: '' } : half()));
  await installByHand();
  host.removeEngine();
  expect((await setUp('apply')).error).toBeUndefined();
  const { error, detailOf } = await setUp('undo');
  expect(error).toBeUndefined();
  expect(host.packages.has('docker.io')).toBe(false);
  // docker.io of Debian deletes /var/lib/docker when it is purged.
  expect(host.commands.some((command) => command.startsWith('apt-get purge'))).toBe(false);
  expect(detailOf('packages')).toContain('kept /var/lib/docker: it was in use before the engine was installed');
  expect(theirs.filter((path) => !isThere(path))).toEqual(['/usr/sbin/dockerd']);
  expect(host.read('/etc/group')).toContain('docker:x:999:alice\n');
});

test('an engine that others put in the place of ours is theirs', async () => {
  await debianHost();
  await setUp('apply');
  host.removeEngine();
  await installByHand();
  host.packages.delete('docker.io');
  host.packages.set('docker-ce', '5:28-1');
  const { error } = await setUp('undo');
  expect(error).toBeUndefined();
  expect(theirs.filter((path) => !isThere(path))).toEqual([]);
  expect(await answers()).toBe(true);
  expect(host.commands.filter((command) => /^(groupdel|systemctl stop|apt-get purge .*docker)/.test(command))).toEqual([]);
});

test('what the package manager installed after its run was cut off is ours', async () => {
  await debianHost();
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
  expect((await setUp('apply')).error).toBeUndefined();
  host.programs['apt-get'] = usual;
  expect((await setUp('undo')).error).toBeUndefined();
  expect([...host.packages.keys()].toSorted()).toEqual(['iproute', 'iproute2']);
  expect(Object.keys(host.snapshot()).filter((path) => !(path in before) && /docker|containerd/.test(path))).toEqual([]);
});

test('after a run that was cut off before it planned anything, all of the engine goes as well', async () => {
  await debianHost();
  const before = host.snapshot();
  await rememberRun(host.ctx, { versions: new Map(host.packages), broken: [], remains: [] });
  await setUp('apply');
  for (const path of ['/etc/docker/key.json', '/var/lib/docker/x']) host.write(path, '');
  expect((await setUp('undo')).error).toBeUndefined();
  expect(Object.keys(host.snapshot()).filter((path) => !(path in before) && /docker/.test(path))).toEqual([]);
});

test('what a run that was cut off planned and the next one found come is ours', async () => {
  await debianHost();
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
  await debianHost({ engine: { version: '20.10' } });
  host.programs['apt-cache'] = () => ({ stdout: ' docker.io | 20.10.24+dfsg1-1 | http://m\n' });
  await failingRun((args) => (args.includes('--download-only') ? down() : half()));
  await installByHand();
  host.packages.delete('nftables');
  await host.ctx.run('apt-mark', ['hold', 'docker.io']);
  await host.startEngine();
  const hold = host.programs['apt-mark']!;
  host.programs['apt-mark'] = async (args) => (args[0] === 'hold' ? Promise.reject(new Error('power')) : hold(args));
  rmSync(join(host.ctx.root, 'usr/sbin/nft'));
  expect((await setUp('apply')).error?.message).toBe('power');
  await hold(['unhold', 'docker.io']);
  host.programs['apt-mark'] = hold;
  expect((await setUp('apply')).error).toBeUndefined();
  expect((await setUp('undo')).error).toBeUndefined();
  expect(await isHeld()).toBe(true);
}, 15_000);

test('what the set-up held of an engine that was there is let go, also where that was staged before', async () => {
  await debianHost({ engine: { version: '20.10' } });
  await installByHand();
  await host.startEngine();
  host.programs['apt-cache'] = () => ({ stdout: ' docker.io | 24.0.1-1 | http://m\n docker.io | 20.10.24+dfsg1-1 | http://m\n' });
  const { engine } = host.ctx.profile;
  host.ctx.profile.engine = { ...engine, version: '24' };
  expect((await setUp('stage')).error).toBeUndefined();
  expect(await isHeld()).toBe(false);
  host.ctx.profile.engine = engine;
  expect((await setUp('apply')).error).toBeUndefined();
  expect(await isHeld()).toBe(true);
  expect((await setUp('undo')).error).toBeUndefined();
  expect(await isHeld()).toBe(false);
});

test('of a run that failed half way, containerd stays where the engine that others installed needs it, and runs on', async () => {
  await debianHost();
  await failingRun((args) => (args.includes('--download-only') ? { code: 0, output: '' } : (host.packages.set('containerd', '1'), half())));
  await installByHand();
  await host.startEngine();
  const usual = host.programs['apt-get']!;
  host.programs['apt-get'] = (args) => (args.includes('-s') ? { stdout: 'Purg containerd [1]\nPurg docker.io [1]\n' } : usual(args));
  const { error } = await setUp('undo');
  expect(error).toBeUndefined();
  expect([host.packages.has('containerd'), await answers()]).toEqual([true, true]);
  expect(host.commands.filter((command) => /^systemctl stop/.test(command))).toEqual([]);
});

test('undo removes what the engine wrote beside its configuration, leaves what others put there, and says so', async () => {
  await debianHost();
  const before = host.snapshot();
  await setUp('apply');
  host.write('/etc/docker/key.json', '{}');
  host.write('/opt/containerd/lib/own.so', '');
  for (const path of ['bin/x', 'lib/x']) (host.write(`/opt/containerd/${path}`, ''), rmSync(join(host.ctx.root, `opt/containerd/${path}`)));
  host.write(hostPaths.daemonJson, JSON.stringify({ ...(JSON.parse(host.read(hostPaths.daemonJson)) as object), debug: true }));
  for (const path of ['/etc/docker/certs.d/reg:5000/ca.crt', '/etc/containerd/config.toml']) host.write(path, 'theirs');
  const { error, detailOf } = await setUp('undo');
  expect(error).toBeUndefined();
  const after = host.snapshot();
  expect(JSON.parse(host.read(hostPaths.daemonJson))).toEqual({ debug: true });
  expect(Object.keys(after).filter((path) => !(path in before) && !path.endsWith('/'))).toEqual(['/etc/containerd/config.toml', '/etc/docker/certs.d/reg:5000/ca.crt', hostPaths.daemonJson, '/opt/containerd/lib/own.so']);
  expect(isThere('/opt/containerd/bin')).toBe(false);
  expect(detailOf('packages')).toMatch(/left in \/etc\/docker: certs\.d, daemon\.json; left in \/etc\/containerd: config\.toml; left in \/opt\/containerd: lib$/);
});

test('a configuration file of a package that goes stays where somebody edited it', async () => {
  await debianHost();
  await setUp('apply');
  const files = { '/etc/nftables.conf': 'my rules', '/etc/containerd/config.toml': 'as shipped' };
  for (const [path, content] of Object.entries(files)) host.write(path, content);
  const [list, apt] = [host.programs['dpkg-query']!, host.programs['apt-get']!];
  const md5 = createHash('md5').update('as shipped').digest('hex');
  host.programs['dpkg-query'] = (args) => (args.includes('${Conffiles}\\n') ? { code: 1, stdout: Object.keys(files).map((path) => ` ${path} ${md5}\n /etc/gone ${md5} obsolete\n`).join('') } : list(args));
  host.programs['apt-get'] = (args) => {
    if (args.includes('purge') && !args.includes('-s')) for (const path of Object.keys(files)) rmSync(join(host.ctx.root, path));
    return apt(args);
  };
  const { error, detailOf } = await setUp('undo');
  expect(error).toBeUndefined();
  expect([isThere('/etc/containerd'), host.read('/etc/nftables.conf')]).toEqual([false, 'my rules']);
  expect(detailOf('packages')).toContain('put /etc/nftables.conf back as it was');
});

test('where nobody put anything beside it, all of the engine goes, its log too, and the host is as it was', async () => {
  await debianHost({ bare: true });
  const before = host.snapshot();
  await setUp('apply');
  for (const path of ['/etc/docker/key.json', '/var/lib/docker/image/x', '/var/lib/containerd/io.containerd.content.v1.content/ingest/x', hostPaths.engineLog]) host.write(path, '');
  for (const path of ['/opt/containerd/bin/x', '/opt/containerd/lib/x']) (host.write(path, ''), rmSync(join(host.ctx.root, path)));
  expect((await setUp('undo')).error).toBeUndefined();
  const left = Object.keys(host.snapshot()).filter((path) => !(path in before));
  expect(left.filter((path) => /docker|containerd|novadock/.test(path))).toEqual([]);
});

test.each<[string, Buffer | string, boolean]>([
  ['images of k8s.io', metaOf('several'), true],
  ['what cannot be read', 'x', true],
  ['the engine\'s own', metaOf('engine'), false],
])('/var/lib/containerd with %s', async (_, meta, stays) => {
  await debianHost();
  await setUp('apply');
  host.write('/var/lib/containerd/io.containerd.metadata.v1.bolt/meta.db', meta);
  host.write('/var/lib/docker/image/x', '');
  const { error, detailOf } = await setUp('undo');
  expect(error).toBeUndefined();
  expect([isThere('/var/lib/containerd'), isThere('/var/lib/docker')]).toEqual([stays, false]);
  if (stays) expect(detailOf('packages')).toMatch(/kept \/var\/lib\/containerd: it holds /);
});

const elsewhere = { 'data-root': '/srv/novadock/docker' };

test('a data folder that the profile names goes with the engine, and with the folders that were made for it', async () => {
  await debianHost({ engine: { settings: elsewhere } });
  await setUp('apply');
  host.write('/srv/novadock/docker/image/x', '');
  expect((await setUp('undo')).error).toBeUndefined();
  expect(isThere('/srv')).toBe(false);
});

test.each([
  ['a container of others in it', 'containers/c1/config.v2.json', containers.theirs, 'containers'],
  ['one, with userns-remap', '231072.231072/containers/c1/config.v2.json', containers.theirs, 'containers'],
  ['a volume', 'volumes/db/_data/rows', 'rows', 'volumes'],
])('with %s, a data folder that a later revision named stays', async (_, path, content, held) => {
  await debianHost();
  await setUp('apply');
  host.ctx.profile.engine = { ...host.ctx.profile.engine, settings: elsewhere };
  expect((await setUp('apply')).error).toBeUndefined();
  host.write(`/srv/novadock/docker/${path}`, content);
  const { error, detailOf } = await setUp('undo');
  expect(error).toBeUndefined();
  expect(detailOf('packages')).toContain(`kept /srv/novadock/docker: it holds ${held}`);
  expect(host.read(`/srv/novadock/docker/${path}`)).toBe(content);
});

test('a data folder that was in use before stays', async () => {
  await debianHost({ engine: { settings: elsewhere }, files: { '/srv/novadock/docker/backup': 'theirs' } });
  await setUp('apply');
  expect((await setUp('undo')).error).toBeUndefined();
  expect(host.read('/srv/novadock/docker/backup')).toBe('theirs');
});

test('an undo that was cut off while it removed packages goes on', async () => {
  await debianHost();
  const before = host.snapshot();
  await setUp('apply');
  host.write('/var/lib/docker/image/x', '');
  host.write('/etc/docker/key.json', '');
  const usual = host.programs['apt-get']!;
  host.programs['apt-get'] = async (args) => (args.includes('purge') && !args.includes('-s') ? (await usual(args), Promise.reject(new Error('power'))) : usual(args));
  expect((await setUp('undo')).error?.message).toBe('power');
  host.programs['apt-get'] = usual;
  expect((await setUp('undo')).error).toBeUndefined();
  expect(Object.keys(host.snapshot()).filter((path) => !(path in before) && /docker|novadock/.test(path))).toEqual([]);
  expect(host.read('/etc/group')).not.toContain('docker');
});
