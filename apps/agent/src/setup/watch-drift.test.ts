import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SetupStep } from '@novadock/host-setup';
import { defaultHostProfile } from '@novadock/model';
import { pino } from 'pino';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openFolderContext } from '../../../../libs/host-setup/src/testing/setup-context.ts';
import { writeAppliedProfile } from './applied-profile.ts';
import { watchDrift } from './watch-drift.ts';

test('while a look hangs, no others queue up behind it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ndd-'));
  const stopped = new AbortController();
  vi.useFakeTimers();
  onTestFinished(() => {
    vi.useRealTimers();
    stopped.abort();
    rmSync(folder, { recursive: true });
  });
  await writeAppliedProfile(folder, { state: 'applied', profile: { name: 'p', revision: 1, ...defaultHostProfile }, controllerUrl: undefined });
  const engine = Promise.withResolvers<void>();
  let looks = 0;
  const createContext = async () => {
    looks += 1;
    await engine.promise;
    throw new Error('the engine hung');
  };
  const drift = watchDrift({ folder, createContext, steps: [], isBusy: () => false, log: pino({ level: 'silent' }), signal: stopped.signal });
  vi.advanceTimersByTime(10 * 60_000);
  engine.resolve();
  // After all that were asked for before it.
  await drift.look();
  expect(looks).toBe(2);
});

test('what is installed is asked for once, for as long as it does not change', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ndd-'));
  const stopped = new AbortController();
  onTestFinished(() => {
    stopped.abort();
    rmSync(folder, { recursive: true });
  });
  await writeAppliedProfile(folder, { state: 'applied', profile: { name: 'p', revision: 1, ...defaultHostProfile }, controllerUrl: undefined });
  mkdirSync(join(folder, 'var/lib/dpkg'), { recursive: true });
  writeFileSync(join(folder, 'var/lib/dpkg/status'), 'one');
  let asked = 0;
  const createContext = async () => ({ ...(await openFolderContext(folder, { profile: { name: 'p', revision: 1, ...defaultHostProfile }, controllerUrl: undefined })), root: folder, run: async () => ((asked += 1), { code: 0, stdout: '', output: '' }) });
  const list: SetupStep = { name: 'a', title: 'A', check: async (ctx) => (await ctx.run('dpkg-query', ['-W']), { ok: true, detail: '' }), apply: async () => {}, undo: async () => '' };
  const drift = watchDrift({ folder, createContext, steps: [list], isBusy: () => false, log: pino({ level: 'silent' }), signal: stopped.signal });
  for (let n = 0; n < 3; n += 1) await drift.look();
  expect(asked).toBe(1);
  writeFileSync(join(folder, 'var/lib/dpkg/status'), 'other');
  await drift.look();
  expect(asked).toBe(2);
});
