import { afterEach, expect, test } from 'vitest';
import type { FakeHost } from '../fake-host.ts';
import { hostPaths } from '../host-paths.ts';
import type { SetupStep } from '../setup-step.ts';
import { createBareHost, openrc, proxy, systemd, sysvinit, type ProfileChange } from '../testing/bare-host.ts';
import { configureDriver } from './configure-driver.ts';
import { enableAtBoot } from './enable-at-boot.ts';
import { fillDockerGroup } from './fill-docker-group.ts';
import { installRuntime } from './install-runtime.ts';
import { restrictSocket } from './restrict-socket.ts';
import { runSmokeTest } from './run-smoke-test.ts';
import { setProxy } from './set-proxy.ts';

let host: FakeHost;
afterEach(() => host.remove());

type Row = { name: string; step: SetupStep; files?: Record<string, string>; profile?: ProfileChange; engine?: boolean; drift: () => unknown; why: RegExp };
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
  host = await createBareHost(files ?? {}, profile);
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
