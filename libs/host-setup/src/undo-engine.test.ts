import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { FakeHost } from './fake-host.ts';
import { hostPaths } from './host-paths.ts';
import { metaOf } from './testing/containerd-meta.ts';
import { createDebianHost, isThere, setUp } from './testing/debian-host.ts';

const containers = { theirs: JSON.stringify({ Config: { Labels: null } }) };
let host: FakeHost;
afterEach(() => host.remove());

test('undo removes what the engine wrote beside its configuration, leaves what others put there, and says so', async () => {
  host = await createDebianHost();
  const before = host.snapshot();
  await setUp(host, 'apply');
  host.write('/etc/docker/key.json', '{}');
  host.write('/opt/containerd/lib/own.so', '');
  for (const path of ['bin/x', 'lib/x']) (host.write(`/opt/containerd/${path}`, ''), rmSync(join(host.ctx.root, `opt/containerd/${path}`)));
  host.write(hostPaths.daemonJson, JSON.stringify({ ...(JSON.parse(host.read(hostPaths.daemonJson)) as object), debug: true }));
  for (const path of ['/etc/docker/certs.d/reg:5000/ca.crt', '/etc/containerd/config.toml']) host.write(path, 'theirs');
  const { error, detailOf } = await setUp(host, 'undo');
  expect(error).toBeUndefined();
  const after = host.snapshot();
  expect(JSON.parse(host.read(hostPaths.daemonJson))).toEqual({ debug: true });
  expect(Object.keys(after).filter((path) => !(path in before) && !path.endsWith('/'))).toEqual(['/etc/containerd/config.toml', '/etc/docker/certs.d/reg:5000/ca.crt', hostPaths.daemonJson, '/opt/containerd/lib/own.so']);
  expect(isThere(host, '/opt/containerd/bin')).toBe(false);
  expect(detailOf('packages')).toMatch(/left in \/etc\/docker: certs\.d, daemon\.json; left in \/etc\/containerd: config\.toml; left in \/opt\/containerd: lib$/);
});

test('a configuration file of a package that goes stays where somebody edited it', async () => {
  host = await createDebianHost();
  await setUp(host, 'apply');
  const files = { '/etc/nftables.conf': 'my rules', '/etc/containerd/config.toml': 'as shipped' };
  for (const [path, content] of Object.entries(files)) host.write(path, content);
  const [list, apt] = [host.programs['dpkg-query']!, host.programs['apt-get']!];
  const md5 = createHash('md5').update('as shipped').digest('hex');
  host.programs['dpkg-query'] = (args) => (args.includes('${Conffiles}\\n') ? { code: 1, stdout: Object.keys(files).map((path) => ` ${path} ${md5}\n /etc/gone ${md5} obsolete\n`).join('') } : list(args));
  host.programs['apt-get'] = (args) => {
    if (args.includes('purge') && !args.includes('-s')) for (const path of Object.keys(files)) rmSync(join(host.ctx.root, path));
    return apt(args);
  };
  const { error, detailOf } = await setUp(host, 'undo');
  expect(error).toBeUndefined();
  expect([isThere(host, '/etc/containerd'), host.read('/etc/nftables.conf')]).toEqual([false, 'my rules']);
  expect(detailOf('packages')).toContain('put /etc/nftables.conf back as it was');
});

test('where nobody put anything beside it, all of the engine goes, its log too, and the host is as it was', async () => {
  host = await createDebianHost({ bare: true });
  const before = host.snapshot();
  await setUp(host, 'apply');
  for (const path of ['/etc/docker/key.json', '/var/lib/docker/image/x', '/var/lib/containerd/io.containerd.content.v1.content/ingest/x', hostPaths.engineLog]) host.write(path, '');
  for (const path of ['/opt/containerd/bin/x', '/opt/containerd/lib/x']) (host.write(path, ''), rmSync(join(host.ctx.root, path)));
  expect((await setUp(host, 'undo')).error).toBeUndefined();
  const left = Object.keys(host.snapshot()).filter((path) => !(path in before));
  expect(left.filter((path) => /docker|containerd|novadock/.test(path))).toEqual([]);
});

test.each<[string, Buffer | string, boolean]>([
  ['images of k8s.io', metaOf('several'), true],
  ['what cannot be read', 'x', true],
  ['the engine\'s own', metaOf('engine'), false],
])('/var/lib/containerd with %s', async (_, meta, stays) => {
  host = await createDebianHost();
  await setUp(host, 'apply');
  host.write('/var/lib/containerd/io.containerd.metadata.v1.bolt/meta.db', meta);
  host.write('/var/lib/docker/image/x', '');
  const { error, detailOf } = await setUp(host, 'undo');
  expect(error).toBeUndefined();
  expect([isThere(host, '/var/lib/containerd'), isThere(host, '/var/lib/docker')]).toEqual([stays, false]);
  if (stays) expect(detailOf('packages')).toMatch(/kept \/var\/lib\/containerd: it holds /);
});

const elsewhere = { 'data-root': '/srv/novadock/docker' };

test('a data folder that the profile names goes with the engine, and with the folders that were made for it', async () => {
  host = await createDebianHost({ engine: { settings: elsewhere } });
  await setUp(host, 'apply');
  host.write('/srv/novadock/docker/image/x', '');
  expect((await setUp(host, 'undo')).error).toBeUndefined();
  expect(isThere(host, '/srv')).toBe(false);
});

test.each([
  ['a container of others in it', 'containers/c1/config.v2.json', containers.theirs, 'containers'],
  ['one, with userns-remap', '231072.231072/containers/c1/config.v2.json', containers.theirs, 'containers'],
  ['a volume', 'volumes/db/_data/rows', 'rows', 'volumes'],
])('with %s, a data folder that a later revision named stays', async (_, path, content, held) => {
  host = await createDebianHost();
  await setUp(host, 'apply');
  host.ctx.profile.engine = { ...host.ctx.profile.engine, settings: elsewhere };
  expect((await setUp(host, 'apply')).error).toBeUndefined();
  host.write(`/srv/novadock/docker/${path}`, content);
  const { error, detailOf } = await setUp(host, 'undo');
  expect(error).toBeUndefined();
  expect(detailOf('packages')).toContain(`kept /srv/novadock/docker: it holds ${held}`);
  expect(host.read(`/srv/novadock/docker/${path}`)).toBe(content);
});

test('a data folder that was in use before stays', async () => {
  host = await createDebianHost({ engine: { settings: elsewhere }, files: { '/srv/novadock/docker/backup': 'theirs' } });
  await setUp(host, 'apply');
  expect((await setUp(host, 'undo')).error).toBeUndefined();
  expect(host.read('/srv/novadock/docker/backup')).toBe('theirs');
});

test('an undo that was cut off while it removed packages goes on', async () => {
  host = await createDebianHost();
  const before = host.snapshot();
  await setUp(host, 'apply');
  host.write('/var/lib/docker/image/x', '');
  host.write('/etc/docker/key.json', '');
  const usual = host.programs['apt-get']!;
  host.programs['apt-get'] = async (args) => (args.includes('purge') && !args.includes('-s') ? (await usual(args), Promise.reject(new Error('power'))) : usual(args));
  expect((await setUp(host, 'undo')).error?.message).toBe('power');
  host.programs['apt-get'] = usual;
  expect((await setUp(host, 'undo')).error).toBeUndefined();
  expect(Object.keys(host.snapshot()).filter((path) => !(path in before) && /docker|novadock/.test(path))).toEqual([]);
  expect(host.read('/etc/group')).not.toContain('docker');
});
