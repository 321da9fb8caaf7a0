import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { largestMtu } from './largest-mtu.ts';

const root = mkdtempSync(join(tmpdir(), 'ndm-'));
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

test.each([['1450\n', 1450], ['9000\n', 9000], ['1000\n', 1280], [undefined, Infinity]])('of an uplink with %j it is %d', async (mtu, largest) => {
  write('proc/net/route', 'Iface\tDestination\neth1\t00000000\t0100A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n');
  if (mtu !== undefined) write('sys/class/net/eth1/mtu', mtu);
  expect(await largestMtu(root)).toBe(largest);
});

test('without an uplink there is no limit', async () => expect(await largestMtu(root)).toBe(Infinity));
