import type { SetupKind, SetupStepChange } from '@novadock/model';
import { afterEach, expect, test } from 'vitest';
import { checkSetup } from './check-setup.ts';
import { createFakeHost, type FakeHost, type FakeHostOptions } from './fake-host.ts';
import { runSetup } from './run-setup.ts';

const debian = 'ID=debian\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n';
const rocky = 'ID="rocky"\nID_LIKE="rhel centos fedora"\nPRETTY_NAME="Rocky Linux 9.4"\n';
const systemd = { '/run/systemd/system/x': '' };
/** Commands that change nothing. */
const looks = /^(stat|systemctl is-enabled|dpkg-query)\b/;
const hosts: FakeHost[] = [];

afterEach(async () => {
  for (const host of hosts.splice(0)) await host.remove();
});

async function fakeHost(options: FakeHostOptions): Promise<FakeHost> {
  const host = await createFakeHost(options);
  hosts.push(host);
  return host;
}

/** A Debian whose mirror has everything. */
async function debianHost(options: Partial<FakeHostOptions> = {}): Promise<FakeHost> {
  const host = await fakeHost({ osRelease: debian, ...options, files: { '/usr/bin/apt-get': '', ...options.files } });
  host.programs['apt-get'] = async ([verb]) => (verb === 'install' ? (await host.installEngine(), {}) : {});
  return host;
}

/** Runs a kind of set-up; `ended` are the steps in the states that they ended in. */
async function setUp(host: FakeHost, kind: SetupKind = 'apply') {
  const changes: SetupStepChange[] = [];
  const { error } = await runSetup({ kind, ctx: host.ctx, report: async (news) => void ('step' in news && changes.push(news.step)) });
  const ended = changes.filter(({ state }) => state !== 'runs');
  return { error, ended, changed: ended.filter(({ state }) => state === 'changed').map(({ name }) => name) };
}

test('a bare Debian with systemd becomes a compute host, step by step', async () => {
  const host = await debianHost({ files: systemd });
  const { changed, ended, error } = await setUp(host);
  expect(error).toBeUndefined();
  expect(changed).toEqual(['packages', 'runtime', 'engine-config', 'service', 'boot', 'socket', 'smoke-test', 'driver-config']);
  expect(ended.slice(0, 3)).toMatchObject([{ name: 'prechecks', state: 'ok' }, { name: 'packages', state: 'changed' }, { name: 'docker-group', state: 'ok' }]);
  expect(host.commands).toContain('systemctl start docker');
  expect(host.commands).toContain('systemctl enable docker');
  expect(host.engine.calls).toContainEqual(expect.stringMatching(/^DELETE \/containers\/c1\?.*force=true/));
});

test('a second run changes nothing and says so', async () => {
  const host = await debianHost({ files: systemd });
  await setUp(host);
  host.commands.length = 0;
  const { changed, ended } = await setUp(host);
  expect(changed).toEqual([]);
  expect(ended.every(({ state }) => state === 'ok')).toBe(true);
  expect(host.commands.filter((command) => !looks.test(command))).toEqual([]);
});

test('a host whose engine is down over its containers is brought back to an earlier revision: they run on', async () => {
  const host = await debianHost({ files: systemd });
  await setUp(host);
  const { profile } = host.ctx;
  await setUp({ ...host, ctx: { ...host.ctx, profile: { ...profile, engine: { ...profile.engine, settings: { 'log-level': 'debug' } } } } });
  expect(host.read('/etc/docker/daemon.json')).toContain('debug');
  const running = { id: 'c7', name: 'web', startedAt: '2026-01-01T00:00:00Z', labels: { 'novadock.instance': 'i-1' } };
  host.engine.containers.push(running);
  await host.engine.stop();
  host.commands.length = 0;
  const { changed, error } = await setUp(host);
  expect([error, changed]).toEqual([undefined, ['engine-config', 'service']]);
  expect(host.read('/etc/docker/daemon.json')).not.toContain('debug');
  expect(host.commands).toContain('systemctl start docker');
  expect(host.engine.containers).toContain(running);
});

test('where packages start nothing and no service manager runs, dockerd is launched', async () => {
  const host = await debianHost({ files: { '/usr/sbin/policy-rc.d': 'exit 101', '/etc/init.d/docker': '', '/usr/sbin/service': '', '/proc/1/comm': 'process_api\n' } });
  expect(host.ctx.host.serviceManager).toBe('none');
  const { ended } = await setUp(host);
  expect(host.commands).toContain('launch dockerd');
  expect(host.commands.filter((command) => /^(service|systemctl|update-rc)/.test(command))).toEqual([]);
  expect(ended.find(({ name }) => name === 'boot')).toMatchObject({ state: 'ok', detail: expect.stringContaining('the Novadock agent starts the engine') });
});

test('the plan says in words what would be done, and does none of it', async () => {
  const host = await debianHost({ files: systemd });
  const { ended, error } = await setUp(host, 'check');
  expect(error).toBeUndefined();
  expect(ended[1]).toMatchObject({ name: 'packages', state: 'wouldChange', detail: expect.stringContaining("install docker.io, nftables with apt-get from the distribution's packages") });
  expect(ended.filter(({ state }) => state === 'wouldChange').map(({ name }) => name)).toEqual(['packages', 'docker-group', 'runtime', 'engine-config', 'service', 'boot', 'socket', 'smoke-test', 'driver-config']);
  expect(host.commands.filter((command) => !looks.test(command))).toEqual([]);
});

test('without root nothing is applied, and the message says what root would do', async () => {
  const host = await debianHost({ uid: 1000 });
  expect((await setUp(host)).error).toMatchObject({
    code: 'forbidden',
    step: 'packages',
    message: expect.stringMatching(/^only root.*as root \(sudo\).*missing: dockerd, nft; to do: install docker\.io, nftables with apt-get/),
  });
  expect(host.commands.filter((command) => !looks.test(command))).toEqual([]);
});

test('an unknown distribution is told what to install, and what the commands are', async () => {
  const host = await fakeHost({ osRelease: 'ID=void\nPRETTY_NAME="Void Linux"\n' });
  expect((await setUp(host)).error).toMatchObject({
    code: 'invalid',
    message: expect.stringMatching(/cannot install packages on Void Linux\. Install Docker Engine 20\.10 or newer .*nftables \(nft\) so that the commands dockerd, nft are in/),
  });
});

test('an engine that answers is left as it is, whoever made it; only missing tools are installed', async () => {
  const host = await debianHost({ files: systemd });
  await host.engine.start();
  const { changed } = await setUp(host);
  expect(host.commands.filter((command) => command.startsWith('apt-get'))).toEqual([expect.stringMatching(/ --download-only nftables$/), expect.stringMatching(/next nftables$/)]);
  expect(changed).not.toContain('service');
  expect(host.commands.filter((command) => /systemctl (re)?start/.test(command))).toEqual([]);
});

test.each([
  [{ Version: '1.13.1', ApiVersion: '1.26' }, /is 1\.13\.1, and Novadock needs 20\.10/],
  [{ Components: [{ Name: 'Podman Engine' }] }, /Podman answers/],
])('what answers as %j is refused before anything is changed', async (version, message) => {
  const host = await debianHost({ files: systemd, version });
  await host.engine.start();
  expect((await setUp(host)).error).toMatchObject({ code: 'invalid', step: 'prechecks', message: expect.stringMatching(message) });
  expect(host.commands.filter((command) => !looks.test(command))).toEqual([]);
});

test('of two set-ups at once, the second waits and finds everything done', async () => {
  const host = await debianHost({ files: systemd });
  const [first, second] = await Promise.all([setUp(host), setUp(host)]);
  expect([first.changed.length, second.changed.length].sort()).toEqual([0, 8]);
});

test('lists are fetched only when the package is not found with the old ones', async () => {
  const host = await debianHost({ files: systemd });
  let updated = false;
  host.programs['apt-get'] = async ([verb]) => {
    if (verb === 'update') updated = true;
    if (verb !== 'install') return {};
    return updated ? (await host.installEngine(), {}) : { code: 100, output: 'E: Unable to locate package docker.io' };
  };
  await setUp(host);
  expect(host.commands.filter((command) => command.startsWith('apt-get')).map((command) => command.split(' ')[1])).toEqual(['install', 'update', 'install', 'install']);
  expect(host.commands.filter((command) => command.includes('--download-only'))).toHaveLength(2);
});

test('when dpkg fails, its last lines are in the message, and the package is not tried again', async () => {
  const host = await debianHost();
  const lines = [...Array.from({ length: 30 }, (_, at) => `Unpacking ${at}`), 'dpkg: error processing package docker.io (--configure):', ' no space left on device', 'E: Sub-process /usr/bin/dpkg returned an error code (1)'];
  host.programs['apt-get'] = () => ({ code: 100, output: lines.join('\n') });
  const { error } = await setUp(host);
  expect(error).toMatchObject({ code: 'unavailable', step: 'packages', message: expect.stringContaining('no space left on device') });
  expect(error?.message).not.toContain('Unpacking 5\n');
  expect(host.commands.filter((command) => command.startsWith('apt-get'))).toHaveLength(1);
});

test.each([
  ['docker-ce', 'docker-ce docker-ce-cli containerd.io'],
  ['moby-engine', 'moby-engine'],
])('on a Red Hat relative whose repositories have %s, dnf installs that', async (available, installed) => {
  const host = await fakeHost({ osRelease: rocky, files: { '/usr/bin/dnf': '', ...systemd } });
  host.programs['dnf'] = async (args) => {
    if (args.includes('list')) return args.at(-1) === available ? { stdout: `${available}.x86_64 1` } : { code: 1, output: 'Error: No matching Packages to list' };
    return host.installEngine().then(() => ({}));
  };
  await setUp(host);
  const folder = '--setopt=destdir=/var/cache/novadock/packages/next';
  // Only dpkg flushes what it has installed.
  expect(host.commands.filter((command) => /^(dnf -y|sync)/.test(command))).toEqual([
    `dnf -y install --setopt=install_weak_deps=False --downloadonly ${folder} ${installed} nftables`,
    `dnf -y -C install --setopt=install_weak_deps=False ${folder} ${installed} nftables`,
    'sync',
  ]);
});

test('where no repository has an engine, the message says where to get one', async () => {
  const host = await fakeHost({ osRelease: rocky, files: { '/usr/bin/yum': '' } });
  host.programs['yum'] = (args) => (args.includes('makecache') ? {} : { code: 1, output: 'Error: No matching Packages to list' });
  expect((await setUp(host)).error?.message).toMatch(/looked for docker-ce, moby-engine, docker.*docs\.docker\.com/);
});

test('a socket that is open to all is closed', async () => {
  const host = await debianHost({ files: systemd });
  await setUp(host);
  await host.ctx.run('chmod', ['666', '/var/run/docker.sock']);
  expect((await setUp(host)).changed).toEqual(['socket']);
  expect(host.commands).toContain('chmod 660 /var/run/docker.sock');
});

test('a service that does not come up fails the step with the words of its log', async () => {
  const host = await debianHost({ files: systemd });
  host.programs['systemctl'] = ([verb]) => (verb === 'start' ? { code: 1, output: 'Job for docker.service failed.' } : {});
  host.programs['journalctl'] = () => ({ stdout: 'failed to start daemon: Devices cgroup isn\'t mounted\n' });
  expect((await setUp(host)).error).toMatchObject({ code: 'unavailable', step: 'service', message: expect.stringMatching(/^`systemctl start docker` did not[^]*Devices cgroup/) });
});

test('a container that says something else fails the smoke test, and is removed', async () => {
  const host = await debianHost({ files: systemd, says: 'exec format error\n' });
  expect((await setUp(host)).error?.message).toMatch(/said "exec format error\\n"/);
  expect(host.engine.calls).toContainEqual(expect.stringMatching(/^DELETE \/containers\/c1\?.*force=true/));
  expect((await checkSetup({ ctx: host.ctx })).filter((check) => !check.ok).map((check) => check.name)).toEqual(['smoke-test', 'driver-config']);
});
