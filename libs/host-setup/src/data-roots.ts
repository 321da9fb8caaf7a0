import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isObject, mergeSettings, type EngineSettings } from './engine-settings.ts';
import type { SetupContext } from './setup-step.ts';

/** Where the engine keeps images and containers, or did: first by the settings of the profile over those of daemon.json, then by those of daemon.json, then by none. */
export async function dataRoots(ctx: SetupContext): Promise<[string, ...string[]]> {
  const present = await readSettings(ctx);
  const wanted = dataRootIn(ctx, mergeSettings(present, ctx.profile.engine.settings));
  return [wanted, ...[dataRootIn(ctx, present), ctx.paths.engineData].filter((folder, index, all) => folder !== wanted && all.indexOf(folder) === index)];
}

export function dataRootIn({ paths }: SetupContext, settings: EngineSettings): string {
  const folder = settings['data-root'];
  return typeof folder === 'string' && folder.startsWith('/') ? resolve(folder) : paths.engineData;
}

/** What cannot be read says nothing: the step that writes it says so. */
async function readSettings(ctx: SetupContext): Promise<EngineSettings> {
  try {
    const settings: unknown = JSON.parse(await readFile(join(ctx.root, ctx.paths.daemonJson), 'utf8'));
    return isObject(settings) ? settings : {};
  } catch {
    return {};
  }
}
