import { afterEach, expect, test } from 'vitest';
import { rememberPlan, rememberRun } from '../added-packages.ts';
import type { FakeHost } from '../fake-host.ts';
import { createBareHost, systemd } from '../testing/bare-host.ts';
import { startService } from './start-service.ts';

let host: FakeHost;
afterEach(() => host.remove());

/** The engine that is here, as the set-up remembers it of its own. */
async function installedByUs(): Promise<void> {
  const run = await rememberRun(host.ctx, { versions: new Map(host.packages), broken: [], remains: [] });
  await rememberPlan(host.ctx, run, ['docker.io']);
  await host.installEngine();
}

test('an engine that was adopted is never stopped', async () => {
  host = await createBareHost(systemd);
  await host.installEngine();
  await host.startEngine();
  expect(await startService.undo(host.ctx)).toBe('');
  await host.ctx.connect({ timeoutMs: 1000 }).ping();
});

test('an engine of ours is stopped, but not while containers of others run in it', async () => {
  host = await createBareHost(systemd);
  await installedByUs();
  await startService.apply(host.ctx);
  host.engine.containers.push({ id: 'f1', name: 'theirs', startedAt: 't', labels: {} }, { id: 'o1', name: 'ours', startedAt: 't', labels: { 'novadock.instance': 'i' } });
  await expect(startService.undo(host.ctx)).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('theirs') });
  expect(host.engine.containers).toHaveLength(2);
  host.engine.containers.splice(0, 1);
  host.engine.containers.push({ id: 's1', name: 'of a test that was cut off', startedAt: 't', labels: { 'novadock.smoke-test': 'true' } });
  const instance = host.engine.containers[0];
  const { calls } = host.engine;
  expect(await startService.undo(host.ctx)).toBe('stopped the Docker Engine');
  expect(instance).toMatchObject({ id: 'o1', stopped: true });
  // An instance that is stopped can come back; one that is removed is lost.
  expect(calls.filter((call) => call.startsWith('DELETE /containers'))).toEqual([expect.stringContaining('/containers/s1')]);
});

test('an engine of ours that does not answer is not given up while containers run on without it', async () => {
  host = await createBareHost(systemd);
  const { changes } = host.ctx;
  await installedByUs();
  const id = 'c0ffee'.repeat(11).slice(0, 64);
  const shim = (pid: number, ...args: string[]) => host.write(`/proc/${pid}/cmdline`, ['/usr/bin/containerd-shim-runc-v2', ...args, ''].join('\0'));
  // Of Kubernetes, and of an engine of a user.
  shim(70, '-namespace', 'k8s.io', '-id', 'pod', '-address', '/run/containerd/containerd.sock');
  shim(71, '-namespace', 'moby', '-id', 'theirs', '-address', '/run/user/1000/docker/containerd/containerd.sock');
  expect(await startService.undo(host.ctx)).toBe('');
  shim(72, '-namespace', 'moby', '-id', id, '-address', '/run/docker/containerd/containerd.sock');
  await expect(startService.undo(host.ctx)).rejects.toMatchObject({ code: 'conflict', message: expect.stringMatching(/1 of its containers run on without it \(c0ffeec0ffee\)\. Start it with `systemctl start docker`/) });
  await changes.forget('packages');
  expect(await startService.undo(host.ctx)).toBe('');
});

test.each([
  ['of systemd\'s containerd', '/run/containerd/containerd.sock', ''],
  ['whose containerd lies elsewhere, by its folder', '/srv/containerd.sock', '/var/lib/docker/containers/c1/config.v2.json'],
])('a container %s is seen as well', async (_, address, file) => {
  host = await createBareHost({ ...systemd, ...(file === '' ? {} : { [file]: '{}' }), '/proc/72/cmdline': `containerd-shim-runc-v2\0-namespace\0moby\0-id\0c1\0-address\0${address}\0` });
  await installedByUs();
  await expect(startService.undo(host.ctx)).rejects.toMatchObject({ code: 'conflict' });
});
