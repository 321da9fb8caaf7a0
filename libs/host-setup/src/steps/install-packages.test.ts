import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { EngineProfile } from '@novadock/model';
import { createFakeHost, type FakeHost, type FakeHostOptions } from '../fake-host.ts';
import type { FakeProgram } from '../fake-programs.ts';
import { installPackages } from './install-packages.ts';

const debian = 'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n';
const repository = { url: 'https://mirror.example/linux/debian', key: '-----BEGIN PGP PUBLIC KEY BLOCK-----\nx\n-----END PGP PUBLIC KEY BLOCK-----', codename: '', channel: 'stable' };
let host: FakeHost;
afterEach(() => host.remove());

async function debianHost(engine: Partial<EngineProfile> = {}, options: Partial<FakeHostOptions> = {}): Promise<FakeHost> {
  host = await createFakeHost({ osRelease: debian, profile: { engine }, controllerUrl: 'https://controller', ...options, files: { '/usr/bin/apt-get': '', '/run/systemd/system/x': '', ...options.files } });
  return host;
}

const isInstall = (args: string[]) => args.includes('install') && !args.includes('--download-only');
/** apt-get, but for what is downloaded before. */
const replaceApt = (apt: FakeProgram) => {
  const usual = host.programs['apt-get']!;
  host.programs['apt-get'] = (args) => (args.includes('--download-only') ? usual(args) : apt(args));
};
const installs = () => host.commands.filter((command) => isInstall(command.split(' '))).map((command) => command.split(' ').filter((word) => /^(docker|containerd|nftables)/.test(word)).join(' '));

test('what is installed is held, and undo leaves the host as it was, twice too', async () => {
  await debianHost();
  const before = host.snapshot();
  await installPackages.apply(host.ctx);
  expect(await installPackages.check(host.ctx)).toMatchObject({ ok: true });
  expect(host.commands).toContain('apt-mark hold docker.io containerd runc');
  expect(await installPackages.undo(host.ctx)).toMatch(/^removed 4 packages: .*docker\.io/);
  expect(host.commands).toContain('apt-mark unhold docker.io containerd runc');
  expect(host.commands.at(-1)).toBe('dpkg-query -W -f ${db:Status-Abbrev} ${Package} ${Version}\\n');
  host.write('/etc/group', 'root:x:0:\n');
  expect(host.snapshot()).toEqual(before);
  expect(await installPackages.undo(host.ctx)).toBe('');
});

test('the engine is kept from starting while its packages are installed, and not longer, also when they fail', async () => {
  await debianHost();
  const hold = join(host.ctx.root, 'run/novadock-hold');
  let held = false;
  replaceApt(() => ((held = existsSync(hold)), { code: 100, output: 'no space left on device' }));
  await expect(installPackages.apply(host.ctx)).rejects.toThrow(/no space left/);
  expect([held, existsSync(hold)]).toEqual([true, false]);
});

test('what keeps it from starting is found and taken away where a run left it behind', async () => {
  await debianHost();
  await installPackages.apply(host.ctx);
  host.write('/run/novadock-hold', '');
  expect(await installPackages.check(host.ctx)).toMatchObject({ ok: false, why: expect.stringContaining('cut off') });
  await installPackages.apply(host.ctx);
  expect(await installPackages.check(host.ctx)).toMatchObject({ ok: true });
});

test('somebody who lets a package go is found out', async () => {
  await debianHost();
  await installPackages.apply(host.ctx);
  await host.ctx.run('apt-mark', ['unhold', 'runc']);
  expect(await installPackages.check(host.ctx)).toMatchObject({ ok: false, why: 'nothing keeps the version of runc' });
});

test('undo removes what the set-up installed, and nothing that came later', async () => {
  await debianHost();
  await installPackages.apply(host.ctx);
  host.packages.set('vim', '9');
  await installPackages.undo(host.ctx);
  expect(host.commands.find((command) => /^apt-get purge/.test(command))).not.toContain('vim');
  expect(host.packages.has('vim')).toBe(true);
});

test('what a cut off run installed goes as well', async () => {
  await debianHost();
  replaceApt((args) => (isInstall(args) ? (host.packages.set('runc', '1'), { code: 100, output: 'killed' }) : {}));
  const remember = host.ctx.changes.remember.bind(host.ctx.changes);
  // The power goes before the end of the run is written down.
  await installPackages.apply({ ...host.ctx, changes: { ...host.ctx.changes, remember: (step, name, value) => (name.startsWith('after') ? Promise.reject(new Error('power')) : remember(step, name, value)) } }).catch(() => {});
  host.programs['apt-get'] = (args) => (args.includes('-s') || host.packages.delete('runc'), {});
  await installPackages.undo(host.ctx);
  expect(host.commands.filter((command) => /^apt-get purge/.test(command))).toEqual([expect.stringMatching(/ runc$/)]);
});

test.for([
  ['a container of somebody else', 'containers/c1/config.v2.json', JSON.stringify({ Config: { Labels: null } }), 'containers'],
  ['an instance', 'containers/c1/config.v2.json', JSON.stringify({ Config: { Labels: { 'novadock.instance': 'i' } } }), 'containers'],
  ['a volume', 'volumes/db/_data/rows', 'rows', 'volumes'],
] as const)('with %s in its data, nothing of it is deleted', async ([, path, content, held]) => {
  await debianHost();
  await installPackages.apply(host.ctx);
  host.write(`/var/lib/docker/${path}`, content);
  expect(await installPackages.undo(host.ctx)).toContain(`kept /var/lib/docker: it holds ${held}`);
  // docker.io of Debian deletes them when it is purged.
  expect(host.commands.some((command) => /^apt-get purge/.test(command))).toBe(false);
  expect(host.read(`/var/lib/docker/${path}`)).toBe(content);
});

test('with what the smoke test left, and volumes that went with their containers, the data goes', async () => {
  await debianHost();
  await installPackages.apply(host.ctx);
  host.write('/var/lib/docker/containers/c1/config.v2.json', JSON.stringify({ Config: { Labels: { 'novadock.smoke-test': 'true' } } }));
  host.write(`/var/lib/docker/volumes/${'0a'.repeat(32)}/_data/x`, '');
  host.write('/var/lib/docker/volumes/metadata.db', '');
  await installPackages.undo(host.ctx);
  expect(existsSync(join(host.ctx.root, 'var/lib/docker'))).toBe(false);
});

test('the newest version that fits is installed, and one that there is not is refused with those that there are', async () => {
  await debianHost({ version: '20.10' });
  host.programs['apt-cache'] = () => ({ stdout: ' docker.io | 24.0.1-1 | http://m\n docker.io | 20.10.24-1 | http://m\n docker.io | 20.10.5-1 | http://m\n' });
  await installPackages.apply(host.ctx);
  expect(installs()).toEqual(['docker.io=20.10.24-1 nftables']);
  await host.remove();
  await debianHost({ version: '19.03' });
  host.programs['apt-cache'] = () => ({ stdout: ' docker.io | 24.0.1-1 | http://m\n' });
  await expect(installPackages.apply(host.ctx)).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining('no docker.io 19.03; they have 24.0.1-1') });
});

test('an engine of another version is changed only where that ends nothing', async () => {
  await debianHost({ version: '24' });
  await host.installEngine();
  await host.startEngine();
  host.engine.containers.push({ id: 'f1', name: 'theirs', startedAt: 't', labels: {} });
  host.programs['apt-cache'] = () => ({ stdout: ' docker.io | 24.0.1-1 | http://m\n' });
  await expect(installPackages.check(host.ctx)).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('Another version of the engine') });
  host.engine.containers.splice(0);
  replaceApt(() => (host.packages.set('docker.io', '24.0.1-1'), {}));
  await installPackages.apply(host.ctx);
  expect(host.commands).toContain('systemctl restart docker');
  expect(await installPackages.check(host.ctx)).toMatchObject({ ok: true });
});

test('docker-ce comes from the signed repository of the profile', async () => {
  await debianHost({ source: 'docker-ce', repository });
  replaceApt(async (args) => (isInstall(args) ? (await host.installEngine(), host.packages.delete('docker.io'), host.packages.set('docker-ce', '5:24-1'), {}) : {}));
  const before = host.snapshot();
  const check = await installPackages.check(host.ctx);
  expect(check).toMatchObject({ ok: false, files: [{ path: '/etc/apt/keyrings/novadock-docker.asc' }, { path: '/etc/apt/sources.list.d/novadock-docker.sources', diff: expect.stringMatching(/Suites: bookworm[^]*Signed-By: \/etc\/apt\/keyrings\/novadock-docker\.asc/) }] });
  await installPackages.apply(host.ctx);
  expect(await installPackages.check(host.ctx)).toMatchObject({ ok: true });
  host.programs['apt-get'] = () => (host.removeEngine(), host.packages.delete('docker-ce'), {});
  await installPackages.undo(host.ctx);
  host.write('/etc/group', 'root:x:0:\n');
  expect(host.snapshot()).toEqual(before);
});

test('a repository that is signed with another key is refused, and taken away again', async () => {
  await debianHost({ source: 'docker-ce', repository });
  host.programs['apt-get'] = () => ({ code: 100, output: "W: GPG error: https://mirror.example NO_PUBKEY 12\nE: The repository 'https://mirror.example' is not signed." });
  await expect(installPackages.apply(host.ctx)).rejects.toMatchObject({ code: 'invalid', reason: 'REPOSITORY_NOT_TRUSTED', message: expect.stringContaining('NO_PUBKEY') });
  expect(existsSync(join(host.ctx.root, 'etc/apt/sources.list.d/novadock-docker.sources'))).toBe(false);
});

test.each([
  ['docker.io', { source: 'docker-ce' as const, repository }, /docker\.io .* is installed, and the profile wants docker-ce\. Remove it/],
  ['docker-ce', { version: '20.10' }, /docker-ce .* is installed, and the profile wants the distribution's engine 20\.10/],
  ['podman-docker', {}, /podman-docker is installed/],
])('%s is in the way of %j', async (name, engine, message) => {
  await debianHost(engine);
  host.packages.set(name, '1');
  await expect(installPackages.check(host.ctx)).rejects.toMatchObject({ code: 'conflict', message: expect.stringMatching(message) });
});

test('an engine that is present is adopted, and none is an error', async () => {
  await debianHost({ source: 'present' });
  await expect(installPackages.check(host.ctx)).rejects.toThrow(/no package is touched here, and there is no dockerd, nft/);
  await host.installEngine();
  expect(await installPackages.check(host.ctx)).toMatchObject({ ok: true });
});

test('a lock is waited for, the network is tried three times, and what was cut off is mended', async () => {
  await debianHost();
  const says = ['E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 7 (unattended-upgr)', 'E: Failed to fetch http://m/x.deb  Temporary failure resolving', 'E: Failed to fetch http://m/x.deb  Connection timed out', "E: dpkg was interrupted, you must manually run 'dpkg --configure -a'"];
  host.programs['apt-get'] = async (args) => {
    if (!args.includes('docker.io')) return {};
    const output = says.shift();
    return output === undefined ? (await host.installEngine(), {}) : { code: 100, output };
  };
  await installPackages.apply(host.ctx);
  expect(host.commands.filter((command) => command.includes('--download-only'))).toHaveLength(5);
  expect(installs().filter((packages) => packages !== '')).toHaveLength(1);
  expect(host.commands).toContain('dpkg --force-confold --configure -a');
});

test('half installed packages are found and brought to their end first', async () => {
  await debianHost();
  await host.installEngine();
  const list = host.programs['dpkg-query']!;
  host.programs['dpkg-query'] = async (args) => ({ stdout: `${(await list(args)).stdout}iHR tini 1\nrc  old 1\nun  never \n` });
  expect(await installPackages.check(host.ctx)).toMatchObject({ ok: false, why: 'an installation was cut off: tini' });
  await installPackages.apply(host.ctx);
  expect(host.commands.some((command) => command.startsWith('apt-get install -f'))).toBe(true);
});

test('an engine whose package was cut off in the middle is not one that came with no package', async () => {
  await debianHost({ version: '20.10.24' });
  await host.installEngine();
  const list = host.programs['dpkg-query']!;
  host.programs['dpkg-query'] = async (args) => ({ stdout: (await list(args)).stdout?.replace(/^\S+ +(docker\.io )/m, 'iF  $1') });
  expect(await installPackages.check(host.ctx)).toMatchObject({ ok: false, why: expect.stringContaining('an installation was cut off: docker.io') });
});
