import { symlinkSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createFakeHost, type FakeHost, type FakeHostOptions } from '../fake-host.ts';
import { checkHost } from './check-host.ts';

const debian = 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n';
let host: FakeHost;
let server: Server | undefined;
afterEach(async () => {
  await host.remove();
  server?.close();
  server = undefined;
});

async function bareHost(options: Partial<FakeHostOptions> = {}) {
  host = await createFakeHost({ osRelease: debian, ...options, files: { '/usr/bin/apt-get': '', ...options.files } });
  return host.ctx;
}

/** A controller whose clock is `aheadMs` ahead. */
async function controller(aheadMs: number): Promise<string> {
  const listening = createServer((_, response) => response.setHeader('date', new Date(Date.now() + aheadMs).toUTCString()).end('{}'));
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
}

test('a bare host that can be prepared passes, and nothing is changed', async () => {
  const ctx = await bareHost({ controllerUrl: await controller(30_000) });
  const before = host.snapshot();
  expect(await checkHost.check(ctx)).toMatchObject({ ok: true, detail: expect.stringMatching(/^Debian GNU\/Linux 12 \(bookworm\) on \w+; http:.* answers/) });
  expect(host.snapshot()).toEqual(before);
  expect(await checkHost.undo(ctx)).toBe('');
});

test.each([
  [-90_000, /clock of this host is 9\d s ahead of the controller's.*chrony/],
  [90_000, /clock of this host is (8|9)\d s behind the controller's/],
])('a clock that differs by %d ms is refused', async (aheadMs, message) => {
  const ctx = await bareHost({ controllerUrl: await controller(aheadMs) });
  await expect(checkHost.check(ctx)).rejects.toMatchObject({ code: 'invalid', message: expect.stringMatching(message) });
  await expect(checkHost.apply(ctx)).rejects.toThrow(message);
});

test('a controller that ends in the middle of an answer is asked again: another replica gives it', async () => {
  const ctx = await bareHost({ controllerUrl: await controller(0) });
  server?.once('connection', (socket) => socket.destroy());
  expect(await checkHost.check(ctx)).toMatchObject({ ok: true, detail: expect.stringMatching(/http:.* answers/) });
});

const config = (...lines: string[]) => ({ '/boot/config-6.1.0-fake': ['BRIDGE', 'VETH', 'NF_TABLES', 'NF_NAT'].map((option) => `CONFIG_${option}=y\n`).join('') + lines.join('\n') });

test.each<[string, Partial<FakeHostOptions>, RegExp]>([
  ['a controller that does not answer', { controllerUrl: 'http://127.0.0.1:1' }, /127\.0\.0\.1:1 cannot be reached from this host .*firewalls/],
  ['a kernel without overlay', { files: config('# CONFIG_OVERLAY_FS is not set') }, /kernel lacks overlay file systems/],
  ['a kernel whose modules are gone', { files: config('CONFIG_OVERLAY_FS=m') }, /kernel was replaced and not started yet; reboot/],
  ['an old release', { osRelease: 'ID=debian\nVERSION_ID="10"\nPRETTY_NAME="Debian 10"\n' }, /Debian 10 is older than debian 11/],
  ['an unknown distribution', { osRelease: 'ID=void\nPRETTY_NAME="Void Linux"\n', files: {} }, /cannot install packages on Void Linux/],
])('%s is refused in words', async (_, options, message) => {
  const ctx = await bareHost(options);
  await expect(checkHost.check(ctx)).rejects.toMatchObject({ code: 'invalid', message: expect.stringMatching(message) });
});

test('a module that can be loaded is enough', async () => {
  const ctx = await bareHost({ files: { ...config('CONFIG_OVERLAY_FS=m'), '/lib/modules/6.1.0-fake/modules.dep': 'kernel/fs/overlayfs/overlay.ko.xz:\n' } });
  expect(await checkHost.check(ctx)).toMatchObject({ ok: true });
});

test('all that is in the way is said at once', async () => {
  const ctx = await bareHost({ controllerUrl: 'http://127.0.0.1:1', files: config('# CONFIG_OVERLAY_FS is not set') });
  host.packages.set('podman-docker', '1');
  await expect(checkHost.check(ctx)).rejects.toThrow(/^3 things are in the way:\n- The kernel[^]*\n- http:[^]*\n- podman-docker/);
});

test.each([
  ['the profile', { profile: { engine: { settings: { 'data-root': '/srv/docker/' } } }, files: { '/etc/docker/daemon.json': '{"data-root": "/mnt"}' } }],
  ['daemon.json', { files: { '/etc/docker/daemon.json': '{"data-root": "/srv/docker"}' } }],
])('room is asked for where %s has the engine keep its data', async (_, options) => {
  const ctx = await bareHost(options);
  // Nothing is free there.
  symlinkSync('/proc', join(ctx.root, 'srv'));
  await expect(checkHost.check(ctx)).rejects.toThrow(/^0 MiB are free below \/srv\/docker, and 2048 MiB are needed/);
});

test('containers of others are told of, and a swarm is refused', async () => {
  const ctx = await bareHost({ controllerUrl: await controller(0) });
  await host.installEngine();
  await host.startEngine();
  host.engine.containers.push({ id: 'f1', name: 'theirs', startedAt: 't', labels: {} }, { id: 'o1', name: 'ours', startedAt: 't', labels: { 'novadock.instance': 'i' } });
  expect(await checkHost.check(ctx)).toMatchObject({ detail: expect.stringContaining("1 container that is not Novadock's runs, and is left alone") });
  host.engine.info['Swarm'] = { LocalNodeState: 'active' };
  await expect(checkHost.check(ctx)).rejects.toThrow(/part of a swarm/);
  expect(await checkHost.check({ ...ctx, controllerUrl: undefined })).toMatchObject({ ok: true });
});
