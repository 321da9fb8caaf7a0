import { afterEach, expect, test } from 'vitest';
import type { EngineProfile, HostProfile } from '@novadock/model';
import { rememberPlan, rememberRun } from '../added-packages.ts';
import { createFakeHost, type FakeHost } from '../fake-host.ts';
import { hostPaths } from '../host-paths.ts';
import type { SetupStep } from '../setup-step.ts';
import { configureDriver } from './configure-driver.ts';
import { enableAtBoot } from './enable-at-boot.ts';
import { fillDockerGroup } from './fill-docker-group.ts';
import { installRuntime } from './install-runtime.ts';
import { restrictSocket } from './restrict-socket.ts';
import { runSmokeTest } from './run-smoke-test.ts';
import { setProxy } from './set-proxy.ts';
import { startService } from './start-service.ts';

const systemd = { '/run/systemd/system/x': '' };
const openrc = { '/run/openrc/softlevel': 'default' };
const sysvinit = { '/usr/sbin/service': '', '/proc/1/comm': 'init\n' };
const users = { '/etc/passwd': 'root:x:0:0::/root:/bin/sh\nop:x:1000:1000::/home/op:/bin/sh\n', '/usr/bin/apt-get': '' };
const proxy = { http: 'http://u:secret@proxy:3128', https: '', noProxy: 'localhost,10.0.0.0/8' };
type Profile = Partial<Omit<HostProfile, 'engine'>> & { engine?: Partial<EngineProfile> };

let host: FakeHost;
afterEach(() => host.remove());

async function bareHost(files: Record<string, string>, profile: Profile = {}): Promise<FakeHost> {
  host = await createFakeHost({ osRelease: 'ID=debian\n', files: { ...users, ...files }, profile, controllerUrl: 'https://controller' });
  return host;
}

/** The engine that is here, as the set-up remembers it of its own. */
async function installedByUs(): Promise<void> {
  const run = await rememberRun(host.ctx, { versions: new Map(host.packages), broken: [], remains: [] });
  await rememberPlan(host.ctx, run, ['docker.io']);
  await host.installEngine();
}

type Row = { name: string; step: SetupStep; files?: Record<string, string>; profile?: Profile; engine?: boolean; drift: () => unknown; why: RegExp };
const rows: Row[] = [
  { name: 'the group and its users', step: fillDockerGroup, profile: { dockerGroup: ['op'] }, drift: () => host.ctx.run('gpasswd', ['--delete', 'op', 'docker']), why: /op is not in it/ },
  { name: 'the runtime', step: installRuntime, drift: () => host.write(hostPaths.runtime, 'other'), why: /is another version/ },
  { name: 'a proxy of systemd', step: setProxy, files: systemd, profile: { engine: { proxy } }, drift: () => host.write(hostPaths.proxy.systemd, '[Service]\n'), why: /does not say what the profile does/ },
  { name: 'a proxy of OpenRC', step: setProxy, files: { ...openrc, '/etc/conf.d/docker': 'DOCKER_OPTS=""' }, profile: { engine: { proxy } }, drift: () => host.write(hostPaths.proxy.openrc, ''), why: /does not say/ },
  { name: 'a proxy of sysvinit', step: setProxy, files: sysvinit, profile: { engine: { proxy } }, drift: () => host.write(hostPaths.proxy.sysvinit, ''), why: /does not say/ },
  { name: 'boot with systemd', step: enableAtBoot, files: systemd, drift: () => host.ctx.run('systemctl', ['disable', 'docker']), why: /systemd does not start it/ },
  { name: 'boot with OpenRC', step: enableAtBoot, files: openrc, drift: () => host.ctx.run('rc-update', ['del', 'docker']), why: /openrc does not start it/ },
  { name: 'the socket', step: restrictSocket, files: systemd, engine: true, drift: () => host.ctx.run('chmod', ['666', 'x']), why: /is 666 root:docker/ },
  { name: 'forwarding', step: configureDriver, drift: () => host.write('/proc/sys/net/ipv4/ip_forward', '0\n'), why: /ip_forward is not 1/ },
  { name: 'the smoke test', step: runSmokeTest, engine: true, profile: { smokeTestPull: 'registry.example/x:1' }, drift: () => host.ctx.connect({ timeoutMs: 1000 }).getImage('novadock/hello:latest').remove(), why: /is gone/ },
];

test.each(rows)('$name: found missing, brought about, found right, drift mended, taken back', async ({ step, files, profile, engine, drift, why }) => {
  await bareHost(files ?? {}, profile);
  if (engine === true) await host.startEngine();
  const before = host.snapshot();
  expect(await step.check(host.ctx)).toMatchObject({ ok: false });
  expect(host.snapshot()).toEqual(before);
  await step.apply(host.ctx);
  expect(await step.check(host.ctx)).toMatchObject({ ok: true });
  await drift();
  expect(await step.check(host.ctx)).toMatchObject({ ok: false, why: expect.stringMatching(why) });
  await step.apply(host.ctx);
  expect(await step.check(host.ctx)).toMatchObject({ ok: true });
  expect(await step.undo(host.ctx)).not.toBe('');
  expect(host.snapshot()).toEqual(before);
  expect(await step.undo(host.ctx)).toBe('');
});

test('a user that is not on the host is named', async () => {
  await bareHost({}, { dockerGroup: ['op', 'nobody-here'] });
  await expect(fillDockerGroup.check(host.ctx)).rejects.toMatchObject({ code: 'invalid', message: expect.stringMatching(/^nobody-here of the profile's dockerGroup: no such user/) });
});

test('members that were there before stay when the set-up is taken back', async () => {
  await bareHost({ '/etc/group': 'docker:x:999:other\n' }, { dockerGroup: ['op'] });
  await fillDockerGroup.apply(host.ctx);
  expect(host.read('/etc/group')).toBe('docker:x:999:other,op\n');
  expect(await fillDockerGroup.undo(host.ctx)).toBe('took op out of the group docker');
  expect(host.read('/etc/group')).toBe('docker:x:999:other\n');
});

/** The same host, by a revision with other users. */
const withUsers = (...dockerGroup: string[]) => ({ ...host.ctx, profile: { ...host.ctx.profile, dockerGroup } });

test('a user that a revision names no more leaves the group; one that was there before, or that somebody added, stays', async () => {
  await bareHost({ '/etc/passwd': `${users['/etc/passwd']}other:x:1001:1001::/:/bin/sh\n`, '/etc/group': 'docker:x:999:other\n' }, { dockerGroup: ['op', 'other'] });
  await fillDockerGroup.apply(host.ctx);
  await host.ctx.run('usermod', ['-aG', 'docker', 'admin']);
  const without = withUsers();
  expect(await fillDockerGroup.check(without)).toEqual({ ok: false, why: 'op is in it by an earlier revision of the profile', todo: 'take op out of it' });
  await fillDockerGroup.apply(without);
  expect(host.read('/etc/group')).toBe('docker:x:999:other,admin\n');
  expect(await fillDockerGroup.check(without)).toMatchObject({ ok: true });
  // From now on who adds the user is somebody else.
  await host.ctx.run('usermod', ['-aG', 'docker', 'op']);
  expect(await fillDockerGroup.check(without)).toMatchObject({ ok: true });
  expect(await fillDockerGroup.undo(without)).toBe('');
});

test('a revision with another user changes both', async () => {
  await bareHost({ '/etc/passwd': `${users['/etc/passwd']}new:x:1001:1001::/:/bin/sh\n` }, { dockerGroup: ['op'] });
  await fillDockerGroup.apply(host.ctx);
  expect(await fillDockerGroup.check(withUsers('new'))).toEqual({ ok: false, why: 'new is not in it; op is in it by an earlier revision of the profile', todo: 'add new to it: each is root, in effect, and take op out of it' });
  await fillDockerGroup.apply(withUsers('new'));
  expect(host.read('/etc/group')).toMatch(/^docker:x:999:new$/m);
});

test.each([['before', 'docker:x:999:\n', ''], ['after', 'docker:x:999:op\n', 'took op out of the group docker']])('cut off just %s a user is added, the set-up is taken back whole', async (when, group, said) => {
  await bareHost({ '/etc/group': 'docker:x:999:\n' }, { dockerGroup: ['op'] });
  let cut = false;
  const run: typeof host.ctx.run = async (command, args) => {
    if (when === 'after') await host.ctx.run(command, args);
    cut = true;
    return new Promise(() => {});
  };
  void fillDockerGroup.apply({ ...host.ctx, run });
  await expect.poll(() => cut).toBe(true);
  expect(host.read('/etc/group')).toBe(group);
  expect(await fillDockerGroup.undo(host.ctx)).toBe(said);
  expect(host.read('/etc/group')).toBe('docker:x:999:\n');
});

test('the password of a proxy is in no diff, and in a file that only root reads', async () => {
  await bareHost(systemd, { engine: { proxy } });
  expect(JSON.stringify(await setProxy.check(host.ctx))).not.toContain('secret');
  await setProxy.apply(host.ctx);
  expect(host.snapshot()[hostPaths.proxy.systemd]).toMatch(/^600 [^]*HTTP_PROXY=http:\/\/u:secret@proxy:3128"\nEnvironment="NO_PROXY/);
});

test('a proxy that leaves the profile leaves the host', async () => {
  await bareHost(systemd, { engine: { proxy } });
  const before = host.snapshot();
  await setProxy.apply(host.ctx);
  const without = { ...host.ctx, profile: { ...host.ctx.profile, engine: { ...host.ctx.profile.engine, proxy: undefined } } };
  expect(await setProxy.check(without)).toMatchObject({ ok: false, todo: expect.stringContaining('remove') });
  await setProxy.apply(without);
  expect(host.snapshot()).toEqual(before);
});

test('a file of the init script that has no proxy of ours is not taken for one', async () => {
  await bareHost({ ...sysvinit, [hostPaths.proxy.sysvinit]: 'DOCKER_OPTS=""\n' });
  expect(await setProxy.check(host.ctx)).toEqual({ ok: true, detail: 'the profile has none' });
});

test('a proxy is refused where nothing could give it to the engine', async () => {
  await bareHost({}, { engine: { proxy } });
  await expect(setProxy.check(host.ctx)).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining('Start the agent with HTTP_PROXY') });
});

test('with containers and no live-restore the proxy waits', async () => {
  await bareHost(systemd, { engine: { proxy } });
  await host.startEngine();
  host.engine.containers.push({ id: 'f1', name: 'theirs', startedAt: 't', labels: {} });
  await expect(setProxy.check(host.ctx)).rejects.toMatchObject({ reason: 'ENGINE_RESTART_WOULD_DISTURB' });
});

test('0666 is warned of', async () => {
  await bareHost(systemd, { engine: { socketMode: '0666' } });
  await host.startEngine();
  await restrictSocket.apply(host.ctx);
  expect(await restrictSocket.check(host.ctx)).toMatchObject({ ok: true, detail: expect.stringContaining('every local user is root') });
  expect(host.read(hostPaths.socketDropIn)).toContain('SocketMode=0666');
});

test('an image that cannot be pulled fails the smoke test, with where to look', async () => {
  await bareHost(systemd, { smokeTestPull: 'missing/x:1' });
  await host.startEngine();
  await expect(runSmokeTest.apply(host.ctx)).rejects.toThrow(/cannot pull missing\/x:1.*registry-mirrors/);
});

const mirrors = (...urls: string[]): Profile => ({ engine: { settings: { 'registry-mirrors': urls } } });

test('with a registry mirror something is pulled through it, unless the profile names what', async () => {
  await bareHost(systemd, mirrors('http://mirror:5000'));
  await host.startEngine();
  expect(await runSmokeTest.check(host.ctx)).toMatchObject({ ok: false, todo: expect.stringContaining('pull hello-world:latest') });
  await runSmokeTest.apply(host.ctx);
  expect(host.engine.calls).toContainEqual(expect.stringMatching(/^POST \/images\/create\?fromImage=hello-world/));
  expect(await runSmokeTest.check(host.ctx)).toMatchObject({ ok: true, detail: expect.stringContaining('hello-world:latest was pulled') });
  const other = { ...host.ctx, profile: { ...host.ctx.profile, ...mirrors('http://other:5000'), engine: { ...host.ctx.profile.engine, ...mirrors('http://other:5000').engine } } };
  expect(await runSmokeTest.check(other)).toMatchObject({ ok: false });
  expect(await runSmokeTest.undo(host.ctx)).toContain('removed the image hello-world:latest');
  const named = { ...host.ctx, profile: { ...host.ctx.profile, smokeTestPull: 'team/app:1' } };
  expect(await runSmokeTest.check(named)).toMatchObject({ ok: false, todo: expect.stringContaining('pull team/app:1') });
});

test('a mirror that cannot be pulled through is named, with what to do', async () => {
  await bareHost(systemd, { ...mirrors('http://mirror:5000'), smokeTestPull: 'missing/x:1' });
  await host.startEngine();
  await expect(runSmokeTest.apply(host.ctx)).rejects.toThrow(/cannot pull missing\/x:1, by http:\/\/mirror:5000 or else.*insecure-registries.*smokeTestPull/);
});

test('an engine that was adopted is never stopped', async () => {
  await bareHost(systemd);
  await host.installEngine();
  await host.startEngine();
  expect(await startService.undo(host.ctx)).toBe('');
  await host.ctx.connect({ timeoutMs: 1000 }).ping();
});

test('an engine of ours is stopped, but not while containers of others run in it', async () => {
  await bareHost(systemd);
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
  await bareHost(systemd);
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
  await bareHost({ ...systemd, ...(file === '' ? {} : { [file]: '{}' }), '/proc/72/cmdline': `containerd-shim-runc-v2\0-namespace\0moby\0-id\0c1\0-address\0${address}\0` });
  await installedByUs();
  await expect(startService.undo(host.ctx)).rejects.toMatchObject({ code: 'conflict' });
});

test.each([
  ['OpenRC', openrc, hostPaths.proxy.openrc],
  ['sysvinit', sysvinit, hostPaths.proxy.sysvinit],
])('of the file of %s that was edited since only the proxy goes, also where the profile drops it', async (_, files, path) => {
  await bareHost({ ...files, [path]: 'DOCKER_OPTS=""\n' }, { engine: { proxy } });
  const without = { ...host.ctx, profile: { ...host.ctx.profile, engine: { ...host.ctx.profile.engine, proxy: undefined } } };
  for (const takeBack of [setProxy.undo, setProxy.apply]) {
    await setProxy.apply(host.ctx);
    host.write(path, host.read(path).replace('""', '"--debug"'));
    await setProxy.apply({ ...host.ctx, profile: { ...host.ctx.profile, engine: { ...host.ctx.profile.engine, proxy: { ...proxy, noProxy: '' } } } });
    const said = await takeBack(without);
    expect(host.read(path)).toBe('DOCKER_OPTS="--debug"\n');
    if (takeBack === setProxy.undo) expect(said).toBe(`took the proxy out of ${path}, and left the rest, which was edited after the set-up`);
    host.write(path, 'DOCKER_OPTS=""\n');
  }
});

test('a proxy that goes, by an undo or a profile without one, is cut off before the restart: the next run does it', async () => {
  await bareHost(systemd, { engine: { proxy } });
  await host.startEngine();
  const without = { ...host.ctx, profile: { ...host.ctx.profile, engine: { ...host.ctx.profile.engine, proxy: undefined } } };
  for (const goOn of [setProxy.undo, setProxy.apply]) {
    host.engine.info = { HttpProxy: 'http://xxxxx:xxxxx@proxy:3128', NoProxy: proxy.noProxy };
    await setProxy.apply(host.ctx);
    void goOn({ ...without, run: () => new Promise(() => {}) });
    await expect.poll(() => host.snapshot()[hostPaths.proxy.systemd]).toBe(undefined);
    host.commands.length = 0;
    if (goOn === setProxy.undo) expect(await setProxy.undo(host.ctx)).toBe('put the proxy back as it was, and restarted the engine');
    else {
      expect(await setProxy.check(without)).toMatchObject({ ok: false, todo: 'restart the engine' });
      await setProxy.apply(without);
    }
    expect(host.commands).toContain('systemctl restart docker');
    expect(await setProxy.check(without)).toMatchObject({ ok: true });
    expect(await setProxy.undo(without)).toBe('');
  }
});

test("a proxy with a password: the profile names it without, a file of the operator's own that comes after ours gives the password, and that is no drift", async () => {
  await bareHost(systemd, { engine: { proxy: { ...proxy, http: 'http://proxy:3128' } } });
  await setProxy.apply(host.ctx);
  const theirs = '/etc/systemd/system/docker.service.d/zz-proxy.conf';
  host.write(theirs, '[Service]\nEnvironment="HTTP_PROXY=http://u:secret@proxy:3128"\n');
  await host.startEngine();
  // The engine hides the password, and says that there is one.
  host.engine.info = { HttpProxy: 'http://xxxxx:xxxxx@proxy:3128', NoProxy: proxy.noProxy };
  expect(await setProxy.check(host.ctx)).toMatchObject({ ok: true });
  await setProxy.undo(host.ctx);
  expect(host.read(theirs)).toContain('secret');
});

test.each([['OpenRC', openrc, hostPaths.proxy.openrc], ['sysvinit', sysvinit, hostPaths.proxy.sysvinit]])('nor is it with %s, by a line below ours', async (_, files, path) => {
  await bareHost({ ...files, [path]: 'DOCKER_OPTS=""\n' }, { engine: { proxy: { ...proxy, http: 'http://proxy:3128' } } });
  await setProxy.apply(host.ctx);
  const theirs = "export HTTP_PROXY='http://u:secret@proxy:3128'\n";
  host.write(path, host.read(path) + theirs);
  expect(await setProxy.check(host.ctx)).toMatchObject({ ok: true });
  await setProxy.apply({ ...host.ctx, profile: { ...host.ctx.profile, engine: { ...host.ctx.profile.engine, proxy: { ...proxy, http: 'http://proxy:8080' } } } });
  expect(host.read(path)).toMatch(/^DOCKER_OPTS=""\n# Novadock[^]*proxy:8080[^]*# Novadock: end\nexport HTTP_PROXY='http:\/\/u:secret@/);
  await setProxy.undo(host.ctx);
  expect(host.read(path)).toBe(`DOCKER_OPTS=""\n${theirs}`);
});

test('a drop-in that was edited since is left', async () => {
  await bareHost(systemd, { engine: { proxy } });
  await setProxy.apply(host.ctx);
  host.write(hostPaths.proxy.systemd, '[Service]\nLimitNOFILE=1\n');
  expect(await setProxy.undo(host.ctx)).toBe('');
  expect(host.read(hostPaths.proxy.systemd)).toContain('LimitNOFILE');
  expect(await host.ctx.changes.editedFiles('proxy')).toEqual([hostPaths.proxy.systemd]);
});
