import { readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { orMissing } from './or-missing.ts';
import type { SetupContext } from './setup-step.ts';
import { syncFolder } from './sync-folder.ts';
import { writeHostFile } from './write-host-file.ts';

/** A daemon.json that was written and not seen to work, what was there before (null: no file), and the engine (engineIdentity) that ran then. */
export type UnprovenConfig = { written: string; before: string | null; engine: string | null };

export async function readUnproven(ctx: SetupContext): Promise<UnprovenConfig | undefined> {
  const text = await readFile(join(ctx.root, ctx.paths.unprovenConfig), 'utf8').catch(orMissing);
  return text === undefined ? undefined : (JSON.parse(text) as UnprovenConfig);
}

/** To be told before daemon.json is written: a power cut may come between. */
export async function writeUnproven(ctx: SetupContext, config: UnprovenConfig): Promise<void> {
  await writeHostFile(ctx, 'engine-config', { path: ctx.paths.unprovenConfig, content: JSON.stringify(config), mode: 0o600 });
}

/** To be told once the engine runs with it: there is nothing to go back to. */
export async function forgetUnproven(ctx: SetupContext): Promise<void> {
  await rm(join(ctx.root, ctx.paths.unprovenConfig), { force: true });
}

/** Puts back the daemon.json from before; false when none is unproven, or somebody has changed it since. */
export async function revertUnproven(ctx: SetupContext): Promise<boolean> {
  const unproven = await readUnproven(ctx);
  const file = join(ctx.root, ctx.paths.daemonJson);
  if (unproven === undefined || (await readFile(file, 'utf8').catch(orMissing)) !== unproven.written) return false;
  if (unproven.before === null) await rm(file, { force: true }).then(() => syncFolder(dirname(file)));
  else await writeHostFile(ctx, 'engine-config', { path: ctx.paths.daemonJson, content: unproven.before, merged: true });
  await forgetUnproven(ctx);
  return true;
}
