import { copyFile, link, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { orMissing } from './or-missing.ts';
import { areWhole, findPackageFiles, flushPackages, isSamePackage, wholeOf, withDigests, type PackageFile, type PackageName } from './package-files.ts';
import type { ByFolder, PackageManager } from './package-managers.ts';
import { replaceFile } from './replace-file.ts';
import { runPackageManager } from './run-package-manager.ts';
import type { SetupContext } from './setup-step.ts';

/** The packages of an engine as they were on this host together. `lost`: those of which no file could be had. */
export type KeptSet = { files: PackageFile[]; lost: string[] };

/** That of the engine that is here, and of the one before; while it is changed, that which is to be here as well. */
const most = { duringChange: 3, otherwise: 2 };

/** What is kept, the newest set first. */
export async function readKept(ctx: SetupContext): Promise<KeptSet[]> {
  const text = await readFile(indexOf(ctx), 'utf8').catch(orMissing);
  return text === undefined ? [] : (JSON.parse(text) as KeptSet[]);
}

/**
 * Keeps the packages by these names as they are installed, as the newest set; gives it back. Their files come from those `atHand`, which are whole, from
 * what is kept already, from the package manager's own cache, and, before a change, from its repositories.
 */
export async function keepInstalled(ctx: SetupContext, manager: PackageManager, options: { versions: Map<string, string>; names: string[]; atHand: PackageFile[]; isBeforeChange: boolean }): Promise<KeptSet> {
  const { byFolder } = manager;
  if (byFolder === undefined) return { files: [], lost: [] };
  const wanted = [...new Set(options.names)].flatMap((name) => (options.versions.has(name) ? [{ name, version: options.versions.get(name) ?? '' }] : []));
  const found: PackageFile[] = [];
  const missing = () => wanted.filter((one) => !found.some((file) => isSamePackage(file, one)));
  const isMissing = (file: PackageName) => missing().some((one) => isSamePackage(file, one));
  found.push(...options.atHand.filter(isMissing));
  for (const file of (await readKept(ctx)).flatMap(({ files }) => files)) if (isMissing(file)) found.push(...(await wholeOf(ctx, [file])));
  // dnf and zypper remove what they have installed.
  if (byFolder.suffix === '.deb' && missing().length > 0) found.push(...(await withDigests(ctx, await findPackageFiles(ctx, byFolder, { folder: '/var/cache/apt/archives', wanted: isMissing }))));
  if (options.isBeforeChange) found.push(...(await fetchAgain(ctx, { manager, byFolder, missing: missing() })));
  const set = await keepSet(ctx, { files: found, lost: missing().map(({ name, version }) => `${name} ${version}`) }, options.isBeforeChange ? most.duringChange : most.otherwise);
  // Until then they can be fetched again; to flush them while packages are installed takes seconds.
  if (options.isBeforeChange) await flushPackages(ctx, set.files);
  return set;
}

/** What a repository has not got any more does not keep it from giving the others. */
async function fetchAgain(ctx: SetupContext, { manager, byFolder, missing }: { manager: PackageManager; byFolder: ByFolder; missing: PackageName[] }): Promise<PackageFile[]> {
  if (missing.length === 0) return [];
  const folder = join(ctx.paths.fetchedPackages, 'again');
  await mkdir(join(ctx.root, folder), { recursive: true });
  for (const { name, version } of missing) await runPackageManager(ctx, [...byFolder.fetchAgain(folder), manager.pin(name, version)]);
  return withDigests(ctx, await findPackageFiles(ctx, byFolder, { folder, wanted: (file) => missing.some((one) => isSamePackage(file, one)) }));
}

async function keepSet(ctx: SetupContext, { files, lost }: KeptSet, count: number): Promise<KeptSet> {
  const folder = join(ctx.root, ctx.paths.keptPackages);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const kept: PackageFile[] = [];
  for (const file of files) kept.push(await takeIn(ctx, file));
  const set = { files: kept, lost };
  const others = (await readKept(ctx)).filter((other) => !isSameSet(other, set));
  const sets = [set, ...others].slice(0, count);
  await replaceFile({ file: indexOf(ctx), content: JSON.stringify(sets), mode: 0o600 });
  const stay = new Set(['index.json', ...sets.flatMap((one) => one.files.map(({ path }) => basename(path)))]);
  for (const name of await readdir(folder)) if (!stay.has(name)) await rm(join(folder, name), { force: true });
  return set;
}

async function takeIn(ctx: SetupContext, file: PackageFile): Promise<PackageFile> {
  const folder = ctx.paths.keptPackages;
  const path = join(folder, basename(file.path));
  if (path === file.path) return file;
  const kept = { ...file, path };
  if (await areWhole(ctx, [kept])) return kept;
  const [from, fresh] = [join(ctx.root, file.path), join(ctx.root, `${path}.new`)];
  await rm(fresh, { force: true });
  // Another file system takes a copy.
  await link(from, fresh).catch(() => copyFile(from, fresh));
  await rename(fresh, join(ctx.root, path));
  return kept;
}

function isSameSet(one: KeptSet, other: KeptSet): boolean {
  const say = ({ files }: KeptSet) => JSON.stringify(files.map(({ name, version }) => `${name} ${version}`).toSorted());
  return say(one) === say(other);
}

/** Keeps nothing any more. */
export async function forgetKept(ctx: SetupContext): Promise<void> {
  await rm(join(ctx.root, ctx.paths.keptPackages), { recursive: true, force: true });
}

function indexOf(ctx: SetupContext): string {
  return join(ctx.root, ctx.paths.keptPackages, 'index.json');
}
