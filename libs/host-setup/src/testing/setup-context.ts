import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultHostProfile } from '@novadock/model';
import { createSetupContext } from '../create-setup-context.ts';
import { openChangeRecord } from '../open-change-record.ts';
import type { SetupContext } from '../setup-step.ts';

/** For tests of what steps are run by: a context of a host that is an empty folder. Commands are real, and run where they like. */
export async function createFolderContext(): Promise<{ ctx: SetupContext; folder: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'nds-'));
  const profile = { name: 'default', revision: 1, ...defaultHostProfile };
  const changesFolder = join(folder, 'changes');
  const root = join(folder, 'root');
  const ctx = await createSetupContext({ imageFolder: folder, profile, controllerUrl: undefined, changesFolder });
  return { ctx: { ...ctx, host: { ...ctx.host, isRoot: true }, root, changes: await openChangeRecord({ folder: changesFolder, root }) }, folder, remove: () => rm(folder, { recursive: true }) };
}
