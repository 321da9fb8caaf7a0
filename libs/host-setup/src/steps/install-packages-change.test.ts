import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { HostProfile } from '@novadock/model';
import { createFakeHost, type FakeHost } from '../fake-host.ts';
import { hostPaths } from '../host-paths.ts';
import type { SetupContext } from '../setup-step.ts';
import { installPackages } from './install-packages.ts';

const debian = 'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\n';
const [old, next] = ['20.10.24+dfsg1-1', '20.10.26+dfsg1-1'];
let host: FakeHost;
afterEach(() => host.remove());

const withVersion = (version: string): SetupContext => ({ ...host.ctx, profile: { ...host.ctx.profile, engine: { ...host.ctx.profile.engine, version } } satisfies HostProfile });
const kept = () => (existsSync(join(host.ctx.root, hostPaths.keptPackages)) ? readdirSync(join(host.ctx.root, hostPaths.keptPackages)) : []);
const lists = () => host.commands.filter((command) => /^apt-get update|--download-only/.test(command));

/** A host with the old engine, installed by the set-up, running a container; `starts`: versions whose dockerd does. */
async function runningHost({ starts = [old, next] }: { starts?: string[] } = {}): Promise<void> {
  host = await createFakeHost({ osRelease: debian, controllerUrl: 'https://controller', files: { '/usr/bin/apt-get': '', '/run/systemd/system/x': '' } });
  host.programs['apt-cache'] = () => ({ stdout: `docker.io | ${old} | http://m\ndocker.io | ${next} | http://m\n` });
  const { 'apt-get': apt, systemctl } = host.programs as Record<string, NonNullable<(typeof host.programs)[string]>>;
  host.programs['apt-get'] = async (args) => {
    const done = await apt!(args);
    const pinned = args.find((arg) => arg.startsWith('docker.io='))?.split('=')[1];
    if (pinned !== undefined && !args.includes('--download-only')) host.packages.set('docker.io', pinned);
    return done;
  };
  host.programs['systemctl'] = async (args) => {
    const refused = args[0] === 'restart' && !starts.includes(host.packages.get('docker.io') ?? '');
    return refused ? (await host.engine.stop(), { code: 1, output: 'dockerd: no' }) : systemctl!(args);
  };
  host.programs['journalctl'] = () => ({ stdout: 'failed to start daemon: no\n' });
  host.write('/etc/docker/daemon.json', '{"live-restore": true}');
  await installPackages.apply(withVersion('20.10.24'));
  await host.startEngine();
  host.engine.containers.push({ id: 'f1', name: 'guest', startedAt: 't', labels: {} });
  host.commands.splice(0);
}

test('another version comes with the files of the one before kept, and the way back asks no repository', async () => {
  await runningHost();
  await installPackages.apply(withVersion('20.10.26'));
  expect(host.packages.get('docker.io')).toBe(next);
  expect(kept()).toEqual(expect.arrayContaining([`docker.io_${old}_amd64.deb`, `docker.io_${next}_amd64.deb`]));
  host.commands.splice(0);
  host.programs['apt-get'] = () => ({ code: 100, output: 'Failed to fetch http://m: Connection timed out' });
  await installPackages.apply(withVersion('20.10.24'));
  expect(host.packages.get('docker.io')).toBe(old);
  expect(lists()).toEqual([]);
  expect(host.engine.containers).toHaveLength(1);
  expect(await installPackages.check(withVersion('20.10.24'))).toMatchObject({ ok: true });
});

test('no more than the version that is here and the one before are kept, and undo keeps none', async () => {
  await runningHost({ starts: ['20.10.24', '20.10.26', '20.10.27'].map((version) => `${version}+dfsg1-1`) });
  await installPackages.apply(withVersion('20.10.26'));
  host.programs['apt-cache'] = () => ({ stdout: 'docker.io | 20.10.27+dfsg1-1 | http://m\n' });
  await installPackages.apply(withVersion('20.10.27'));
  expect(kept().filter((name) => name.startsWith('docker.io')).toSorted()).toEqual([`docker.io_${next}_amd64.deb`, 'docker.io_20.10.27+dfsg1-1_amd64.deb']);
  await host.engine.stop();
  await installPackages.undo(host.ctx);
  expect([kept(), existsSync(join(host.ctx.root, '/var/cache/novadock'))]).toEqual([[], false]);
});

test('a kept file that is not what it was is not installed', async () => {
  await runningHost();
  await installPackages.apply(withVersion('20.10.26'));
  host.write(`${hostPaths.keptPackages}/docker.io_${old}_amd64.deb`, 'something else');
  host.commands.splice(0);
  await installPackages.apply(withVersion('20.10.24'));
  expect(lists()).not.toEqual([]);
  expect(host.commands.some((command) => command.startsWith('dpkg --force-confold --install'))).toBe(false);
});

test('what is fetched before needs no network later', async () => {
  await runningHost();
  expect(await installPackages.stage?.(withVersion('20.10.26'))).toContain(`docker.io ${next}`);
  expect([host.packages.get('docker.io'), host.engine.containers.length]).toEqual([old, 1]);
  expect(await installPackages.check(withVersion('20.10.24'))).toMatchObject({ ok: true });
  host.commands.splice(0);
  await installPackages.apply(withVersion('20.10.26'));
  expect([host.packages.get('docker.io'), lists()]).toEqual([next, []]);
  expect(await installPackages.stage?.(withVersion('20.10.26'))).toBe('');
});

test('what does not fit on the disk is not fetched', async () => {
  await runningHost();
  const apt = host.programs['apt-get']!;
  host.programs['apt-get'] = (args) => (args.includes('--assume-no') ? { code: 1, output: 'Need to get 92.8 MB of archives.\nAfter this operation, 388,000 GB of additional disk space will be used.\nAbort.' } : apt(args));
  await expect(installPackages.stage?.(withVersion('20.10.26'))).rejects.toMatchObject({ reason: 'DISK_FULL', message: expect.stringContaining('make room') });
  expect(lists().filter((command) => !command.includes('--assume-no'))).toEqual([]);
});

test('an engine that does not come up is taken back to the version before, held, with the end of its log', async () => {
  await runningHost({ starts: [old] });
  await expect(installPackages.apply(withVersion('20.10.26'))).rejects.toMatchObject({ code: 'invalid', reason: 'ENGINE_UPGRADE_FAILED', message: expect.stringMatching(/docker\.io 20\.10\.24[^]*was put back[^]*failed to start daemon: no/) });
  expect(host.packages.get('docker.io')).toBe(old);
  expect(await installPackages.check(withVersion('20.10.24'))).toMatchObject({ ok: true });
});

test('a change that fails before it has changed anything says why, and leaves nothing to finish', async () => {
  await runningHost();
  const apt = host.programs['apt-get']!;
  host.programs['apt-get'] = (args) => (args.includes('install') && !args.includes('--download-only') ? { code: 100, output: 'no space left on device' } : apt(args));
  await expect(installPackages.apply(withVersion('20.10.26'))).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('no space left') });
  expect(await installPackages.check(withVersion('20.10.24'))).toMatchObject({ ok: true });
});

test.each([['before the packages', false], ['after them', true]])('cut off %s, a change is brought to its end by the next run', async (_, installed) => {
  await runningHost();
  const apt = host.programs['apt-get']!;
  // The agent is killed: nothing of this process goes on.
  const killed = new Promise<never>(() => {});
  const atInstall = Promise.withResolvers<void>();
  host.programs['apt-get'] = async (args) => {
    if (!args.includes('install') || args.includes('--download-only')) return apt(args);
    if (installed) await apt(args);
    atInstall.resolve();
    return killed;
  };
  void installPackages.apply(withVersion('20.10.26'));
  await atInstall.promise;
  host.programs['apt-get'] = apt;
  expect(await installPackages.check(withVersion('20.10.24'))).toMatchObject({ ok: false, why: expect.stringContaining('was cut off') });
  host.commands.splice(0);
  await installPackages.apply(withVersion('20.10.26'));
  expect([host.packages.get('docker.io'), lists()]).toEqual([next, []]);
  expect(host.commands).toContain('systemctl restart docker');
  expect(await installPackages.check(withVersion('20.10.26'))).toMatchObject({ ok: true });
});

test('what an administrator installs between a cut and the next run is not taken away by undo', async () => {
  host = await createFakeHost({ osRelease: debian, controllerUrl: 'https://controller', files: { '/usr/bin/apt-get': '', '/run/systemd/system/x': '' } });
  const remember = host.ctx.changes.remember.bind(host.ctx.changes);
  const cut = { ...host.ctx, changes: { ...host.ctx.changes, remember: (step: string, name: string, value: never) => (name.startsWith('after') ? Promise.reject(new Error('power')) : remember(step, name, value)) } };
  await expect(installPackages.apply(cut)).rejects.toThrow('power');
  host.packages.set('vim', '9');
  await installPackages.apply(host.ctx);
  await installPackages.undo(host.ctx);
  expect(host.commands.filter((command) => /^apt-get (purge|remove)/.test(command))).toEqual([expect.not.stringContaining('vim')]);
  expect([host.packages.has('vim'), host.packages.has('docker.io')]).toEqual([true, false]);
});
