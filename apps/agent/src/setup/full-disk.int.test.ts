import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultHostProfile, type SetupEntry, type StartSetup } from '@novadock/model';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openFolderContext } from '../../../../libs/host-setup/src/testing/setup-context.ts';
import { fileStep } from '../testing/test-steps.ts';
import { openSetupRunner, type SetupRunner } from './open-setup-runner.ts';

let home: string;
let runner: SetupRunner;

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'ndf-'));
  for (const name of ['root', 'setup']) mkdirSync(join(home, name));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', join(home, 'setup')]);
  runner = await open();
});
afterEach(async () => {
  await runner.stop();
  execFileSync('umount', ['-l', join(home, 'setup')]);
  rmSync(home, { recursive: true });
});

const steps = ['a', 'b'].map(fileStep);
const open = () => openSetupRunner({ folder: join(home, 'setup'), steps, createContext: (wanted) => openFolderContext(home, wanted), log: pino({ level: 'silent' }) });
const request = (): StartSetup => ({ runId: randomUUID(), kind: 'apply', epoch: 1, controllerUrl: '', profile: { name: 'p', revision: 1, ...defaultHostProfile } });
const watch = (runId: string): Promise<SetupEntry[]> => Array.fromAsync(runner.watch({ runId, after: 0 }, new AbortController().signal));

/** A run has begun, and after that the disk took nothing any more. */
async function runOnFullDisk(): Promise<StartSetup> {
  const wanted = request();
  writeFileSync(join(home, 'root/hold-a'), '');
  await runner.start(wanted);
  const watching = watch(wanted.runId);
  try {
    writeFileSync(join(home, 'setup/filler'), Buffer.alloc(1024 * 1024));
  } catch {
    // That was the point.
  }
  rmSync(join(home, 'root/hold-a'));
  await expect(watching).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('ENOSPC') });
  return wanted;
}

test('a run whose journal cannot be written stands still, and is gone on with when the agent starts with room', async () => {
  const wanted = await runOnFullDisk();
  rmSync(join(home, 'setup/filler'));
  await runner.stop();
  runner = await open();
  const entries = await watch(wanted.runId);
  expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => index + 1));
  expect(entries.at(-1)).toMatchObject({ ended: { succeeded: true } });
});

test('with room again, the next run begins without a restart, and the one that stood still has an end', async () => {
  const lost = await runOnFullDisk();
  // The run that stands still lets go of the host a moment after its watchers have heard of it.
  await vi.waitFor(() => expect(runner.start(request())).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('Make room') }), 10_000);
  rmSync(join(home, 'setup/filler'));
  const wanted = request();
  await runner.start(wanted);
  expect((await watch(wanted.runId)).at(-1)).toMatchObject({ ended: { succeeded: true } });
  expect((await watch(lost.runId)).at(-1)).toMatchObject({ ended: { succeeded: false, error: { code: 'internal', message: expect.stringContaining('disk of the host full') } } });
});
