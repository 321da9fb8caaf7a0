import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultHostProfile, type HostProfile } from '@novadock/model';
import { createSetupContext } from '../create-setup-context.ts';
import { openChangeRecord } from '../open-change-record.ts';
import type { SetupContext } from '../setup-step.ts';

/** For tests of what steps are run by: a context of a host that is the folder `root` in `folder`. Commands are real, and run where they like. */
export async function openFolderContext(folder: string, wanted: { profile?: HostProfile; controllerUrl?: string | undefined } = {}): Promise<SetupContext> {
  const { profile = { name: 'default', revision: 1, ...defaultHostProfile }, controllerUrl } = wanted;
  const [root, changesFolder] = [join(folder, 'root'), join(folder, 'changes')];
  const ctx = await createSetupContext({ imageFolder: folder, profile, controllerUrl, changesFolder });
  return { ...ctx, host: { ...ctx.host, isRoot: true }, root, changes: await openChangeRecord({ folder: changesFolder, root }) };
}

/** One in a folder of its own. */
export async function createFolderContext(): Promise<{ ctx: SetupContext; folder: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'nds-'));
  return { ctx: await openFolderContext(folder), folder, remove: () => rm(folder, { recursive: true }) };
}
