import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createFakeHost, type FakeHost } from './fake-host.ts';
import { holdPackages, releaseInEdited, releasePackages } from './hold-packages.ts';

const conf = '/etc/dnf/dnf.conf';
const locks = '/etc/dnf/plugins/versionlock.list';
const names = ['docker-ce', 'containerd.io'];
let host: FakeHost;
let withPlugin: boolean;

beforeEach(async () => {
  withPlugin = false;
  host = await createFakeHost({ osRelease: 'ID="rocky"\nID_LIKE="rhel centos fedora"\n', files: { '/usr/bin/dnf': '', [conf]: '[main]\ngpgcheck=1\nexclude=kernel*\n', [locks]: '# kept\n' } });
  host.programs['dnf'] = (args) => {
    if (!withPlugin) return { code: 1 };
    const [verb, ...words] = args.slice(args.indexOf('versionlock') + 1);
    if (verb === 'add') host.write(locks, `${host.read(locks)}${words.map((name) => `${name}-0:1-1.*\n`).join('')}`);
    if (verb === 'delete') host.write(locks, host.read(locks).split('\n').filter((line) => !words.some((name) => line.startsWith(`${name}-0`))).join('\n'));
    return {};
  };
});
afterEach(() => host.remove());

/** As the undo of the packages ends. */
const takeBack = async () => [...(await releaseInEdited(host.ctx)), ...(await host.ctx.changes.restoreFiles('packages')).map(({ path }) => path)];

test.each([[false, conf], [true, locks]])('a file of holds that nobody edited comes back byte for byte (plugin: %s)', async (plugin, path) => {
  withPlugin = plugin;
  const before = host.snapshot();
  await holdPackages(host.ctx, names, new Map());
  expect(host.read(path)).toContain('docker-ce');
  expect(await takeBack()).toEqual([path]);
  expect(host.snapshot()).toEqual(before);
});

test('of a dnf.conf that was edited since only our words go, also after a second run', async () => {
  await holdPackages(host.ctx, names.slice(0, 1), new Map());
  host.write(conf, host.read(conf).replace('gpgcheck=1', 'gpgcheck=1\nfastestmirror=1').replace('kernel*', 'kernel* nginx'));
  await holdPackages(host.ctx, names, new Map());
  expect(host.read(conf)).toContain('exclude=kernel* nginx docker-ce containerd.io\n');
  expect(await takeBack()).toEqual([`no longer hold docker-ce containerd.io in ${conf}, and left the rest, which was edited after the set-up`]);
  expect(host.read(conf)).toBe('[main]\ngpgcheck=1\nfastestmirror=1\nexclude=kernel* nginx\n');
  expect(await takeBack()).toEqual([]);
});

test('of a list of locks that was edited since only ours go', async () => {
  withPlugin = true;
  await holdPackages(host.ctx, names, new Map());
  host.write(locks, `${host.read(locks)}nginx-0:1-1.*\n`);
  expect(await takeBack()).toEqual([expect.stringContaining(`in ${locks}, and left the rest`)]);
  expect(host.read(locks)).toBe('# kept\nnginx-0:1-1.*\n');
});

test('zypper: the file of locks goes when only ours were in it, and keeps what others locked', async () => {
  const lock = (names: string[]) => names.map((name) => `\ntype: package\nsolvable_name: ${name}\n`).join('');
  for (const before of [undefined, lock(['vim'])]) {
    const suse = await createFakeHost({ osRelease: 'ID="opensuse-leap"\nID_LIKE="suse opensuse"\nVERSION_ID="15.5"\n', files: { '/usr/bin/zypper': '', ...(before === undefined ? {} : { '/etc/zypp/locks': before }) } });
    try {
      const names = () => [...suse.read('/etc/zypp/locks').matchAll(/solvable_name: (.*)/g)].map(([, name]) => name ?? '');
      suse.programs['zypper'] = ([, verb, ...those]) => {
        const had = existsSync(join(suse.ctx.root, 'etc/zypp/locks')) ? names() : [];
        suse.write('/etc/zypp/locks', lock(verb === 'addlock' ? [...had, ...those] : had.filter((name) => !those.includes(name))));
        return {};
      };
      await holdPackages(suse.ctx, ['docker'], new Map());
      expect(names()).toContain('docker');
      await releasePackages(suse.ctx, ['docker']);
      await suse.ctx.changes.restoreFiles('packages');
      expect(existsSync(join(suse.ctx.root, 'etc/zypp/locks')) ? suse.read('/etc/zypp/locks') : undefined).toBe(before);
    } finally {
      await suse.remove();
    }
  }
});
