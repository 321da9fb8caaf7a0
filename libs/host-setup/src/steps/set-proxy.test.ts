import { afterEach, expect, test } from 'vitest';
import type { FakeHost } from '../fake-host.ts';
import { hostPaths } from '../host-paths.ts';
import { createBareHost, openrc, proxy, systemd, sysvinit } from '../testing/bare-host.ts';
import { setProxy } from './set-proxy.ts';

let host: FakeHost;
afterEach(() => host.remove());

test('the password of a proxy is in no diff, and in a file that only root reads', async () => {
  host = await createBareHost(systemd, { engine: { proxy } });
  expect(JSON.stringify(await setProxy.check(host.ctx))).not.toContain('secret');
  await setProxy.apply(host.ctx);
  expect(host.snapshot()[hostPaths.proxy.systemd]).toMatch(/^600 [^]*HTTP_PROXY=http:\/\/u:secret@proxy:3128"\nEnvironment="NO_PROXY/);
});

test('a proxy that leaves the profile leaves the host', async () => {
  host = await createBareHost(systemd, { engine: { proxy } });
  const before = host.snapshot();
  await setProxy.apply(host.ctx);
  const without = { ...host.ctx, profile: { ...host.ctx.profile, engine: { ...host.ctx.profile.engine, proxy: undefined } } };
  expect(await setProxy.check(without)).toMatchObject({ ok: false, todo: expect.stringContaining('remove') });
  await setProxy.apply(without);
  expect(host.snapshot()).toEqual(before);
});

test('a file of the init script that has no proxy of ours is not taken for one', async () => {
  host = await createBareHost({ ...sysvinit, [hostPaths.proxy.sysvinit]: 'DOCKER_OPTS=""\n' });
  expect(await setProxy.check(host.ctx)).toEqual({ ok: true, detail: 'the profile has none' });
});

test('a proxy is refused where nothing could give it to the engine', async () => {
  host = await createBareHost({}, { engine: { proxy } });
  await expect(setProxy.check(host.ctx)).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining('Start the agent with HTTP_PROXY') });
});

test('with containers and no live-restore the proxy waits', async () => {
  host = await createBareHost(systemd, { engine: { proxy } });
  await host.startEngine();
  host.engine.containers.push({ id: 'f1', name: 'theirs', startedAt: 't', labels: {} });
  await expect(setProxy.check(host.ctx)).rejects.toMatchObject({ reason: 'ENGINE_RESTART_WOULD_DISTURB' });
});

test.each([
  ['OpenRC', openrc, hostPaths.proxy.openrc],
  ['sysvinit', sysvinit, hostPaths.proxy.sysvinit],
])('of the file of %s that was edited since only the proxy goes, also where the profile drops it', async (_, files, path) => {
  host = await createBareHost({ ...files, [path]: 'DOCKER_OPTS=""\n' }, { engine: { proxy } });
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
  host = await createBareHost(systemd, { engine: { proxy } });
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
  host = await createBareHost(systemd, { engine: { proxy: { ...proxy, http: 'http://proxy:3128' } } });
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
  host = await createBareHost({ ...files, [path]: 'DOCKER_OPTS=""\n' }, { engine: { proxy: { ...proxy, http: 'http://proxy:3128' } } });
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
  host = await createBareHost(systemd, { engine: { proxy } });
  await setProxy.apply(host.ctx);
  host.write(hostPaths.proxy.systemd, '[Service]\nLimitNOFILE=1\n');
  expect(await setProxy.undo(host.ctx)).toBe('');
  expect(host.read(hostPaths.proxy.systemd)).toContain('LimitNOFILE');
  expect(await host.ctx.changes.editedFiles('proxy')).toEqual([hostPaths.proxy.systemd]);
});
