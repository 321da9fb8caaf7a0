import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createFakeHost, type FakeHost } from '../fake-host.ts';
import type { SetupContext } from '../setup-step.ts';
import { assertCanSet, readKernelSetting, writeKernelSetting } from './kernel-setting.ts';

// A number that a link carries, and that the kernel does nothing with.
const key = 'net.ipv4.conf.lo.tag';
let host: FakeHost;
let ctx: SetupContext;
beforeEach(async () => {
  host = await createFakeHost({ osRelease: 'ID=debian\n' });
  ctx = { ...host.ctx, root: '/' };
});
afterEach(() => host.remove());

test('what the kernel does not take is refused, and left as it is', async () => {
  const real = () => readFileSync('/proc/sys/net/ipv4/conf/lo/tag', 'utf8').trim();
  const was = real();
  await expect(writeKernelSetting(ctx, key, 'many')).rejects.toMatchObject({ code: 'invalid', message: expect.stringMatching(/kernel does not take many .*Change sysctl in the profile/) });
  await expect(writeKernelSetting(ctx, key, '0x41')).rejects.toMatchObject({ code: 'invalid', message: expect.stringMatching(/made 65 of 0x41.*set back/) });
  expect(real()).toBe(was);
  await writeKernelSetting(ctx, key, '7');
  expect(real()).toBe('7');
  await writeKernelSetting(ctx, key, was);
});

test('orders, what is fixed, and what is not there are told apart', async () => {
  await expect(readKernelSetting(ctx, 'net.ipv4.route.flush')).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining('cannot be read') });
  await expect(readKernelSetting(ctx, 'net.ipv4.no_such_setting')).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('Load the module') });
  await expect(assertCanSet(ctx, 'kernel.osrelease')).rejects.toMatchObject({ code: 'invalid', message: expect.stringMatching(/cannot be changed on this host \(E\w+\).*or take it out/) });
});
