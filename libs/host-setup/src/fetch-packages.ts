import { link, mkdir, readFile, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { assertRoom } from './assert-room.ts';
import { makeFolder } from './make-folder.ts';
import { orMissing } from './or-missing.ts';
import { areWhole, findPackageFiles, withDigests, type PackageFile, type PackagePath } from './package-files.ts';
import type { ByFolder } from './package-managers.ts';
import { replaceFile } from './replace-file.ts';
import { runPackageManager } from './run-package-manager.ts';
import type { CommandResult } from './run-command.ts';
import type { SetupContext } from './setup-step.ts';

/** What was downloaded to be installed: `words` are what the package manager is told, `purpose` is what it was fetched for. */
export type Fetched = { purpose: string; words: string[]; files: PackagePath[] };
type Noted = Fetched & { files: PackageFile[] };

/** What an earlier run fetched for the same purpose; undefined for nothing, or where it is not whole any more. */
export async function readFetched(ctx: SetupContext, purpose: string): Promise<Noted | undefined> {
  const text = await readFile(noteOf(ctx), 'utf8').catch(orMissing);
  const fetched = text === undefined ? undefined : (JSON.parse(text) as Noted);
  return fetched?.purpose === purpose && (await areWhole(ctx, fetched.files)) ? fetched : undefined;
}

/** Downloads what `words` would install, in the place of what was fetched before, to be noted; gives back what the package manager said where it fails. Throws where the disk has no room. */
export async function fetchPackages(ctx: SetupContext, byFolder: ByFolder, { purpose, words, checkRoom }: Omit<Fetched, 'files'> & { checkRoom: boolean }): Promise<{ fetched: Fetched } | { failed: CommandResult }> {
  await dropFetched(ctx);
  await makeFolder(join(ctx.root, ctx.paths.fetchedPackages));
  const folder = fetchedFolder(ctx);
  await mkdir(join(ctx.root, folder));
  const command = [...byFolder.fetch(folder), ...words];
  if (checkRoom) await assertRoom(ctx, command);
  const result = await runPackageManager(ctx, command);
  if (result.code !== 0) return { failed: result };
  return { fetched: { purpose, words, files: await linkAside(ctx, await findPackageFiles(ctx, byFolder, { folder })) } };
}

/** Notes what was fetched, so that a later run need not fetch it again; gives back its files. */
export async function noteFetched(ctx: SetupContext, fetched: Fetched): Promise<PackageFile[]> {
  if (fetched.files.length === 0) return [];
  const noted: Noted = { ...fetched, files: await withDigests(ctx, fetched.files) };
  await replaceFile({ file: noteOf(ctx), content: JSON.stringify(noted), mode: 0o644 });
  return noted.files;
}

/** dnf and zypper remove what they have installed, and it is to be kept. */
async function linkAside(ctx: SetupContext, files: PackagePath[]): Promise<PackagePath[]> {
  const folder = join(ctx.paths.fetchedPackages, 'files');
  await mkdir(join(ctx.root, folder));
  return Promise.all(files.map(async (file) => {
    const path = join(folder, basename(file.path));
    await link(join(ctx.root, file.path), join(ctx.root, path));
    return { ...file, path };
  }));
}

/** Where a package manager finds what was fetched last. */
export function fetchedFolder(ctx: SetupContext): string {
  return join(ctx.paths.fetchedPackages, 'next');
}

export async function dropFetched(ctx: SetupContext): Promise<void> {
  const folder = join(ctx.root, ctx.paths.fetchedPackages);
  await rm(folder, { recursive: true, force: true });
  // Where nothing else of Novadock is in it (a control plane keeps its database's programs there).
  await rmdir(dirname(folder)).catch(() => {});
}

function noteOf(ctx: SetupContext): string {
  return join(ctx.root, ctx.paths.fetchedPackages, 'fetched.json');
}
