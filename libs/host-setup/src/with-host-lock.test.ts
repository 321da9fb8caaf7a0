import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withHostLock } from './with-host-lock.ts';
import { withSetupLock } from './with-setup-lock.ts';

let root: string;
let file: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ndl-'));
  file = join(root, 'var/run/lock');
});
afterEach(() => rmSync(root, { recursive: true }));

const lock = <T>(work: () => Promise<T>, timeoutMs = 5000) => withHostLock({ file, timeoutMs, busy: 'Somebody else is at it.', work });

test('one at a time: others wait, or give up in the end and say why', async () => {
  const order: string[] = [];
  const { promise: go, resolve: let1 } = Promise.withResolvers<void>();
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  const first = lock(async () => {
    begin();
    await go;
    order.push('first');
  });
  await begun;
  await expect(lock(async () => order.push('never'), 0)).rejects.toMatchObject({ code: 'unavailable', message: 'Somebody else is at it.' });
  const second = lock(async () => order.push('second'));
  let1();
  await Promise.all([first, second]);
  expect(order).toEqual(['first', 'second']);
  await expect(lock(() => Promise.reject(new Error('of the work')))).rejects.toThrow('of the work');
  expect(await lock(async () => 'free again', 0)).toBe('free again');
});

test('only its user can open the file, or any other local user could hold the lock', async () => {
  await lock(async () => {});
  expect(statSync(file).mode & 0o777).toBe(0o600);
  chmodSync(file, 0o644);
  await lock(async () => {});
  expect(statSync(file).mode & 0o777).toBe(0o600);
  if (process.getuid?.() !== 0) return;
  for (const folder of [root, join(root, 'var'), join(root, 'var/run')]) chmodSync(folder, 0o755);
  expect(spawnSync('flock', ['-n', file, 'true'], { uid: 65_534, gid: 65_534, encoding: 'utf8' })).toMatchObject({ stderr: expect.stringContaining('Permission denied') as unknown });
});

test('it is free once the process that held it is killed', async () => {
  const held = join(root, 'held');
  const code = `import { withHostLock } from ${JSON.stringify(join(import.meta.dirname, 'with-host-lock.ts'))}; import { writeFileSync } from 'node:fs';
    await withHostLock({ file: ${JSON.stringify(file)}, timeoutMs: 0, busy: '', work: () => new Promise(() => { writeFileSync(${JSON.stringify(held)}, ''); setInterval(() => {}, 1000); }) });`;
  writeFileSync(join(root, 'hold.mjs'), code);
  const holder = spawn(process.execPath, [join(root, 'hold.mjs')], { stdio: 'inherit' });
  const ended = once(holder, 'exit');
  await expect.poll(() => existsSync(held)).toBe(true);
  await expect(lock(async () => {}, 0)).rejects.toMatchObject({ code: 'unavailable' });
  holder.kill('SIGKILL');
  await ended;
  expect(await lock(async () => 'free')).toBe('free');
});

test('nobody is kept from a set-up by a name that all can take', async () => {
  const taken = createServer().listen(`\0novadock:${createHash('sha256').update(`set-up of ${root}`).digest('hex')}`);
  await once(taken, 'listening');
  expect(await withSetupLock({ root, timeoutMs: 0, work: async () => 'runs' })).toBe('runs');
  taken.close();
});

test('set-ups of one host exclude each other, whatever folder their agents have', async () => {
  await withSetupLock({ root, timeoutMs: 0, work: () => expect(withSetupLock({ root: `${root}/`, timeoutMs: 0, work: async () => {} })).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('set-up of this host') as unknown }) });
});
