import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultHostProfile } from '@novadock/model';
import { pino } from 'pino';
import { expect, onTestFinished, test, vi } from 'vitest';
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
