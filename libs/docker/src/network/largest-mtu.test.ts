import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { largestMtu } from './largest-mtu.ts';

const folder = mkdtempSync(join(tmpdir(), 'ndm-'));
const routes = join(folder, 'route');
writeFileSync(routes, 'Iface\tDestination\neth1\t00000000\t0100A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n');
afterAll(() => rmSync(folder, { recursive: true }));

const says = (code: number, stdout: string) => async (command: string[]) => {
  expect(command).toEqual(['ip', '-json', 'link', 'show', 'dev', 'eth1']);
  return { code, stdout, stderr: '' };
};

test.each([[1450, 1450], [9000, 9000], [1000, 1280]])('of an uplink with %d it is %d', async (mtu, largest) => {
  expect(await largestMtu(says(0, JSON.stringify([{ ifname: 'eth1', mtu }])), routes)).toBe(largest);
});

test('without an uplink, or where it goes just now, there is no limit', async () => {
  expect(await largestMtu(says(0, ''), '/dev/null')).toBe(Infinity);
  expect(await largestMtu(says(1, ''), routes)).toBe(Infinity);
});
