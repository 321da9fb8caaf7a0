import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { ByFolder } from './package-managers.ts';
import { runOrThrow } from './run-or-throw.ts';
import type { SetupContext } from './setup-step.ts';
import { syncFolder } from './sync-folder.ts';

export type PackageName = { name: string; version: string };
/** A package as a file at `path` of the host. */
export type PackagePath = PackageName & { path: string };
/** The same, byte for byte. */
export type PackageFile = PackagePath & { sha256: string };

/** The packages in `folder`, and below it, that are `wanted`; none where there is no such folder. */
export async function findPackageFiles(ctx: SetupContext, { suffix }: ByFolder, { folder, wanted = () => true }: { folder: string; wanted?: (one: PackageName) => boolean }): Promise<PackagePath[]> {
  const entries = await readdir(join(ctx.root, folder), { withFileTypes: true, recursive: true }).catch(() => []);
  // apt keeps in `partial` what it has not got all of.
  const paths = entries.filter((entry) => entry.isFile() && entry.name.endsWith(suffix) && !entry.parentPath.endsWith('/partial')).map((entry) => join(entry.parentPath, entry.name).slice(join(ctx.root, '/').length - 1)).toSorted();
  if (paths.length === 0) return [];
  const named = suffix === '.deb' ? paths.map(nameOfDeb) : await namesOfRpms(ctx, paths);
  return paths.map((path, index) => ({ path, ...(named[index] ?? { name: basename(path), version: '' }) })).filter(wanted);
}

/** Reads all of them. */
export function withDigests(ctx: SetupContext, files: PackagePath[]): Promise<PackageFile[]> {
  return Promise.all(files.map(async (one) => ({ ...one, sha256: await digestOf(join(ctx.root, one.path)) })));
}

/** As apt names them: docker.io_5%3a20.10.24_amd64.deb. */
function nameOfDeb(path: string): PackageName {
  const [name = '', version = ''] = basename(path).split('_');
  return { name, version: decodeURIComponent(version) };
}

async function namesOfRpms(ctx: SetupContext, paths: string[]): Promise<PackageName[]> {
  const stdout = await runOrThrow(ctx.run, 'rpm', ['-qp', '--nosignature', '--qf', String.raw`%{NAME} %{EVR}\n`, ...paths]);
  return stdout.trim().split('\n').map((line) => {
    const [name = '', version = ''] = line.split(' ');
    return { name, version: version.replace(/^\(none\):/, '') };
  });
}

/** No power cut takes them away from here on. */
export async function flushPackages(ctx: SetupContext, files: PackageFile[]): Promise<void> {
  for (const { path } of files) {
    const handle = await open(join(ctx.root, path), 'r');
    await handle.sync().finally(() => handle.close());
  }
  for (const folder of new Set(files.map(({ path }) => dirname(path)))) await syncFolder(join(ctx.root, folder));
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: 2 ** 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** Whether each is there, byte for byte. */
export async function areWhole(ctx: SetupContext, files: PackageFile[]): Promise<boolean> {
  for (const file of files) if (!(await isWhole(ctx, file))) return false;
  return true;
}

/** Those that are. */
export async function wholeOf(ctx: SetupContext, files: PackageFile[]): Promise<PackageFile[]> {
  const whole: PackageFile[] = [];
  for (const file of files) if (await isWhole(ctx, file)) whole.push(file);
  return whole;
}

async function isWhole(ctx: SetupContext, { path, sha256 }: PackageFile): Promise<boolean> {
  return (await digestOf(join(ctx.root, path)).catch(() => '')) === sha256;
}

export function isSamePackage(one: PackageName, other: PackageName): boolean {
  return one.name === other.name && one.version === other.version;
}

/** For the user: docker.io 20.10.24, runc 1.1.5. */
export function sayPackages(packages: PackageName[]): string {
  return packages.map(({ name, version }) => `${name} ${version}`).join(', ');
}
