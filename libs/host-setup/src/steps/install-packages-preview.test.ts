import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { EngineProfile } from '@novadock/model';
import { createFakeHost, type FakeHost } from '../fake-host.ts';
import type { SetupContext } from '../setup-step.ts';
import { installPackages } from './install-packages.ts';

const debian = 'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\n';
const rocky = 'ID=rocky\nVERSION_ID="9.4"\n';
const key = '-----BEGIN PGP PUBLIC KEY BLOCK-----\nx\n-----END PGP PUBLIC KEY BLOCK-----';
const repository = { url: 'https://mirror.example/linux', key, codename: '', channel: 'stable' };
const [old, next] = ['20.10.24+dfsg1-1', '26.1.5+dfsg1-9'];
let host: FakeHost;
afterEach(() => host.remove());

const open = async (engine: Partial<EngineProfile>, { osRelease = debian, files = {} }: { osRelease?: string; files?: Record<string, string> } = {}) => {
  host = await createFakeHost({ osRelease, profile: { engine }, controllerUrl: 'https://controller', files: { '/usr/bin/apt-get': '', '/usr/bin/dnf': '', '/run/systemd/system/x': '', ...files } });
};
const preview = (): SetupContext => ({ ...host.ctx, isPreview: true });
/** What apt finds in the lists that the host has, and in those that are fetched for the check; what it says as it fetches them. */
const lists = ({ here = [], asked = [], says = '' }: { here?: string[]; asked?: string[]; says?: string }) => {
  host.programs['apt-cache'] = (args) => ({ stdout: (args[0] === '-c' ? asked : here).map((version) => ` ${args.at(-1)} | ${version} | http://m\n`).join('') });
  const usual = host.programs['apt-get']!;
  host.programs['apt-get'] = (args) => (args.includes('update') ? { output: says } : usual(args));
};
const asked = () => host.commands.filter((command) => /\bupdate\b|makecache|refresh/.test(command));

test('a version that the lists of the host have is named exactly, and nobody is asked', async () => {
  await open({ version: '20.10' });
  lists({ here: ['20.10.5-1', old] });
  expect(await installPackages.check(preview())).toMatchObject({ ok: false, todo: `install exactly docker.io ${old}, nftables with apt-get from the distribution's packages`, packages: [{ name: 'docker.io', version: old }] });
  expect(asked()).toEqual([]);
});

test('an engine that is there, is the profile\'s, and is only to be held is named as it is', async () => {
  await open({ version: '20.10' });
  await host.installEngine();
  expect(await installPackages.check(preview())).toMatchObject({ ok: false, todo: expect.stringMatching(/^hold docker\.io/), packages: [{ name: 'docker.io', version: old }] });
  expect(asked()).toEqual([]);
});

test('one that only the repositories know is asked of them with lists that are gone afterwards, and the host stays as it was', async () => {
  await open({ version: '26.1' });
  await host.installEngine();
  lists({ here: [old], asked: [old, next] });
  const before = host.snapshot();
  expect(await installPackages.check(preview())).toMatchObject({ ok: false, todo: expect.stringContaining(`put exactly docker.io ${next} in the place of docker.io ${old} with apt-get`) });
  const [, conf = ''] = /^apt-get -c (\S+) update /.exec(asked()[0] ?? '') ?? [];
  expect(conf).toContain('novadock-lists-');
  expect(existsSync(dirname(conf))).toBe(false);
  expect(host.snapshot()).toEqual(before);
});

test('one that no repository has is refused with those that there are, as staging does', async () => {
  await open({ version: '99.1' });
  lists({ here: [old], asked: [old, next] });
  const before = host.snapshot();
  const refused = { code: 'invalid', reason: 'PACKAGE_NOT_FOUND', message: expect.stringContaining(`no docker.io 99.1; they have ${old}, ${next}`) };
  await expect(installPackages.check(preview())).rejects.toMatchObject(refused);
  expect(host.snapshot()).toEqual(before);
  lists({ here: [old, next] });
  await expect(installPackages.stage?.(host.ctx)).rejects.toMatchObject(refused);
});

test('what a repository that does not answer may have is not called missing', async () => {
  await open({ version: '26.1' });
  lists({ here: [old], asked: [old], says: "W: Failed to fetch http://m/InRelease  Temporary failure resolving 'm'\nW: Some index files failed to download." });
  expect(await installPackages.check(preview())).toMatchObject({ ok: false, todo: expect.stringMatching(/^install docker\.io 26\.1, nftables with apt-get .*\(which packages that is was not found out: not all repositories could be asked: W: Failed to fetch http:\/\/m\/InRelease {2}Temporary failure resolving 'm'\)$/) });
});

test('the repository of the profile is asked beside those of the host before it is set up there', async () => {
  await open({ source: 'docker-ce', repository, version: '26.1' }, { files: { '/etc/apt/sources.list.d/theirs.list': 'deb http://theirs ./\n' } });
  lists({ asked: ['5:26.1.4-1~debian.12~bookworm'] });
  const { 'apt-cache': cache } = host.programs;
  const seen: Record<string, string> = {};
  host.programs['apt-cache'] = (args) => {
    const folder = dirname(args[1] ?? '');
    for (const name of ['lists', 'cache']) expect(existsSync(join(folder, name))).toBe(true);
    for (const name of readdirSync(join(folder, 'sources'))) seen[name] = readFileSync(join(folder, 'sources', name), 'utf8').replaceAll(folder, 'FOLDER');
    return args.at(-1) === 'containerd.io' ? { stdout: '' } : cache!(args);
  };
  const before = host.snapshot();
  expect(await installPackages.check(preview())).toMatchObject({ todo: expect.stringMatching(/^install exactly docker-ce 5:26\.1\.4-1~debian\.12~bookworm, docker-ce-cli 5:26\.1\.4-1~debian\.12~bookworm, containerd\.io, nftables with apt-get from https:\/\/mirror\.example\/linux, add the repository/), packages: ['docker-ce', 'docker-ce-cli'].map((name) => ({ name, version: '5:26.1.4-1~debian.12~bookworm' })) });
  expect(seen).toEqual({ 'theirs.list': 'deb http://theirs ./\n', 'novadock-docker.sources': expect.stringMatching(/^URIs: https:\/\/mirror\.example\/linux\n[^]*^Signed-By: FOLDER\/key\.asc$/m) });
  expect(host.snapshot()).toEqual(before);
});

test('what was fetched already is named from its files', async () => {
  await open({ version: '26.1' });
  lists({ here: [next] });
  await installPackages.stage?.(host.ctx);
  host.programs['apt-cache'] = () => ({ code: 100 });
  host.commands.splice(0);
  expect(await installPackages.check(preview())).toMatchObject({ todo: expect.stringContaining(`docker.io ${next}`) });
  expect(asked()).toEqual([]);
});

test('no list is looked into each minute, nor for a profile that names no version', async () => {
  await open({ version: '26.1' });
  expect(await installPackages.check(host.ctx)).toMatchObject({ todo: "install docker.io 26.1, nftables with apt-get from the distribution's packages" });
  const { profile } = host.ctx;
  expect(await installPackages.check({ ...preview(), profile: { ...profile, engine: { ...profile.engine, version: '' } } })).toMatchObject({ todo: "install docker.io, nftables with apt-get from the distribution's packages" });
  expect(host.commands.filter((command) => command.startsWith('apt'))).toEqual([]);
});

test.each([
  ['finds it', '20.10.24', '', { todo: expect.stringMatching(/^install exactly docker-ce 20\.10\.24-1\.el9, docker-ce-cli 20\.10\.24-1\.el9, containerd\.io 20\.10\.24-1\.el9, nftables/) }],
  ['leaves one out that it cannot reach', '99', "Errors during downloading metadata for repository 'base':\nIgnoring repositories: base\nMetadata cache created.", { todo: expect.stringContaining('not found out') }],
])('dnf %s, with lists of its own, past the hold of the set-up', async (_, version, says, found) => {
  await open({ source: 'docker-ce', repository, version }, { osRelease: rocky });
  host.programs['dnf'] = (args) => (args.includes('makecache') ? { output: says } : args.some((arg) => arg.startsWith('--setopt=cachedir=')) ? { stdout: `Available Packages\n${args.at(-1)}.x86_64  20.10.24-1.el9  novadock-docker\n` } : { code: 1 });
  expect(await installPackages.check(preview())).toMatchObject(found);
  expect(asked()).toEqual([expect.stringMatching(/^dnf -y --setopt=excludepkgs= --disableplugin=versionlock --setopt=cachedir=\S+ .*--setopt=reposdir=\S+\/sources -y makecache$/)]);
});
