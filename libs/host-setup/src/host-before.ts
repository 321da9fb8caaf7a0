import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { packagesByRun } from './added-packages.ts';
import { dataRoots } from './data-roots.ts';
import { engineIsOurs } from './engine-is-ours.ts';
import { orMissing } from './or-missing.ts';
import type { Packages } from './look-at-packages.ts';
import { missingFolders } from './saved-file.ts';
import type { SetupContext } from './setup-step.ts';
import { appendToList, readList } from './steps/nova-docker/remembered-list.ts';

const name = 'packages';

/** `names` is null where there was no such folder; `above` are those that were missing above it. */
export type FolderBefore = { names: string[] | null; mode: number; above: string[] };
/** By path: `data` is what the engine fills, `config` what others do. */
export type HostBefore = { data: Record<string, FolderBefore>; config: Record<string, FolderBefore>; hadGroup: boolean };

/** Of containerd, which the engine's packages bring. */
export const containerdData = '/var/lib/containerd';
const configFolders = ['/etc/docker', '/etc/containerd', '/opt/containerd'];

/** To be told before a run installs an engine: how the host was without it. */
export async function rememberHostBefore(ctx: SetupContext, run: number): Promise<void> {
  const look = async (folders: string[]) => Object.fromEntries(await Promise.all(folders.map(async (folder) => [folder, await lookAtFolder(ctx, folder)] as const)));
  const [data, config] = [await look([...(await dataRoots(ctx)), containerdData]), await look(configFolders)];
  const hadGroup = /^docker:/m.test((await readFile(join(ctx.root, '/etc/group'), 'utf8').catch(orMissing)) ?? '');
  await ctx.changes.remember(name, `host before ${run}`, { data, config, hadGroup });
}

/** To be told before the engine is told to keep its data elsewhere. */
export async function rememberDataRoot(ctx: SetupContext, folder: string): Promise<void> {
  await appendToList(ctx.changes, { step: name, list: 'data', value: { folder, before: await lookAtFolder(ctx, folder) } });
}

/** How the host was before the first run that installed anything of the engine that is here; undefined where that is not the set-up's. */
export async function hostBefore(ctx: SetupContext, packages: Pick<Packages, 'manager' | 'installed'>): Promise<HostBefore | undefined> {
  const { manager, installed } = packages;
  if (!(await engineIsOurs(ctx, packages))) return undefined;
  const runs = await packagesByRun(ctx, manager, installed);
  const first = runs.findIndex(({ names }) => names.some((one) => manager?.held.includes(one)));
  const before = (await recallFirst(ctx, { from: runs[first]?.since ?? 1, to: first + 1 })) ?? { data: {}, config: {}, hadGroup: true };
  const moved = (await readList(ctx.changes, { step: name, list: 'data' })) as { folder: string; before: FolderBefore }[];
  const data = { ...Object.fromEntries(moved.toReversed().map((one) => [one.folder, one.before])), ...before.data };
  return { ...before, data };
}

/** A run that was cut off early did not come so far. */
async function recallFirst(ctx: SetupContext, { from, to }: { from: number; to: number }): Promise<HostBefore | undefined> {
  for (let run = from; run <= to; run += 1) {
    const before = await ctx.changes.recall(name, `host before ${run}`);
    if (before !== undefined) return before as HostBefore;
  }
  return undefined;
}

async function lookAtFolder(ctx: SetupContext, folder: string): Promise<FolderBefore> {
  const path = join(ctx.root, folder);
  const names = (await readdir(path).catch(orMissing)) ?? null;
  return names === null ? { names, mode: 0, above: await missingFolders(ctx.root, folder) } : { names, mode: (await stat(path)).mode & 0o7777, above: [] };
}
