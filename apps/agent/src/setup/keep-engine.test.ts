import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withSetupLock } from '@novadock/host-setup';
import { CloudError } from '@novadock/model';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeAppliedProfile } from './applied-profile.ts';
import { keepEngine } from './keep-engine.ts';

let folder: string;
let starts: number;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ndk-'));
  starts = 0;
});
afterEach(() => rmSync(folder, { recursive: true }));

// A host of its own, so that no set-up of the machine is in the way.
const keep = (ensureEngine: () => Promise<unknown> = async () => (starts += 1)) => keepEngine({ folder, root: folder, ensureEngine });

test('the engine is started before there was a set-up; why it cannot be is told', async () => {
  await keep();
  expect(starts).toBe(1);
  await expect(keep(() => Promise.reject(new CloudError('unavailable', 'dockerd ended at once')))).rejects.toThrow('dockerd ended at once');
});

test('while a set-up is at it the engine is left alone, and a set-up waits for a start that has begun', async () => {
  const setUp = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const holding = withSetupLock({ root: folder, timeoutMs: 1000, work: () => (begun.resolve(), setUp.promise) });
  await begun.promise;
  await expect(keep()).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('set-up, which is under way') });
  setUp.resolve();
  await holding;
  const order: string[] = [];
  await Promise.all([keep(async () => (await withSetupLock({ root: folder, timeoutMs: 0, work: async () => order.push('set-up') }).catch(() => order.push('waits')), order.push('started')))]);
  expect(order).toEqual(['waits', 'started']);
  expect(starts).toBe(0);
});

test('after all was taken back the engine stays as that left it', async () => {
  await writeAppliedProfile(folder, { state: 'undone' });
  await keep();
  expect(starts).toBe(0);
});
