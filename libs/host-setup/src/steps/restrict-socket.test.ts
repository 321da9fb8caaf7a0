import { afterEach, expect, test } from 'vitest';
import type { FakeHost } from '../fake-host.ts';
import { hostPaths } from '../host-paths.ts';
import { createBareHost, systemd } from '../testing/bare-host.ts';
import { restrictSocket } from './restrict-socket.ts';

let host: FakeHost;
afterEach(() => host.remove());

test('0666 is warned of', async () => {
  host = await createBareHost(systemd, { engine: { socketMode: '0666' } });
  await host.startEngine();
  await restrictSocket.apply(host.ctx);
  expect(await restrictSocket.check(host.ctx)).toMatchObject({ ok: true, detail: expect.stringContaining('every local user is root') });
  expect(host.read(hostPaths.socketDropIn)).toContain('SocketMode=0666');
});
