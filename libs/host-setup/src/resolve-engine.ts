import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { chooseEngine, isOtherVersion, nothingToInstall, type Chosen } from './choose-packages.ts';
import { keptWay } from './kept-way.ts';
import type { Need, Packages } from './look-at-packages.ts';
import { readObtained } from './obtain-packages.ts';
import { withListsHere, withOwnLists } from './own-lists.ts';
import type { PackageManager } from './package-managers.ts';
import { repositoryChanges } from './engine-repository.ts';
import type { SetupContext } from './setup-step.ts';

/** The packages of an engine; undefined where they are not known, with why not. */
export type ResolvedEngine = { packages: Chosen[] | undefined; unknown: string };

export const notLookedFor: ResolvedEngine = { packages: undefined, unknown: '' };

/**
 * Which packages make the engine that the profile names a version of: the one that is here and stays, or the one that is to be installed, by the files
 * that are on this host, by the lists that it has, or by those of its repositories, which are asked for it. Changes nothing. Throws PACKAGE_NOT_FOUND when all were asked and none has it.
 */
export async function resolveEngine(ctx: SetupContext, manager: PackageManager, { packages, needs }: { packages: Packages; needs: Need[] }): Promise<ResolvedEngine> {
  if (ctx.isPreview !== true || ctx.profile.engine.version === '') return notLookedFor;
  if (!needs.includes('dockerd')) return { packages: packages.engine && [packages.engine], unknown: '' };
  const ready = await findReady(ctx, manager, packages, needs);
  if (ready !== undefined) return { packages: ready, unknown: '' };
  const here = (await repositoryChanges(ctx)).length > 0 ? undefined : withListsHere(ctx, manager);
  const found = here && (await chooseEngine(ctx, here));
  return found === undefined ? askRepositories(ctx, manager) : { packages: found, unknown: '' };
}

/** What was fetched for it or kept of it, as far as its version is held. */
async function findReady(ctx: SetupContext, manager: PackageManager, packages: Packages, needs: Need[]): Promise<Chosen[] | undefined> {
  const change = isOtherVersion(ctx, packages);
  const files = (change ? await keptWay(ctx, manager, packages) : undefined) ?? (await readObtained(ctx, { needs, change }))?.files;
  const engine = (files ?? []).filter(({ name }) => manager.held.includes(name));
  return engine.length === 0 ? undefined : engine;
}

async function askRepositories(ctx: SetupContext, manager: PackageManager): Promise<ResolvedEngine> {
  const unknown = (why: string) => ({ packages: undefined, unknown: `which packages that is was not found out: ${why}` });
  const asked = await withOwnLists(ctx, manager, async (lists): Promise<ResolvedEngine> => {
    const found = await chooseEngine(ctx, lists.manager);
    if (found !== undefined) return { packages: found, unknown: '' };
    if (lists.lacks !== undefined) return unknown(`not all repositories could be asked: ${lists.lacks.trim()}`);
    if (await isHidden(ctx)) return unknown("dnf's versionlock hides other versions");
    throw await nothingToInstall(ctx, lists.manager);
  });
  return asked ?? notLookedFor;
}

/** dnf from 5 on shows no other version of what its versionlock holds, and has no option for it. */
async function isHidden(ctx: SetupContext): Promise<boolean> {
  return access(join(ctx.root, '/etc/dnf/versionlock.toml')).then(() => true, () => false);
}
