import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** The folder of an npm package; `id` names its bytes. */
export type FoundPackage = { folder: string; id: string; version: string };

/**
 * The package `name` of the version that the lockfile has: as npm installed it, or else, as one for another CPU type, out of `cache`, where
 * it is fetched to once. Throws an Error that says what to do when the registry does not give it, or gives another one.
 */
export function findPackage({ name, cache }: { name: string; cache: string }): FoundPackage {
  const locked = (JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as { packages: Record<string, { version: string; integrity: string }> }).packages[`node_modules/${name}`];
  if (locked === undefined) throw new Error(`package-lock.json has no ${name}.`);
  const { version } = locked;
  const id = `${name.replace(/^@/, '').replace('/', '-')}-${version}`;
  const installed = join(root, 'node_modules', name);
  if (versionIn(installed) === version) return { folder: installed, id, version };
  const folder = join(cache, id);
  if (!existsSync(folder)) fetch({ spec: `${name}@${version}`, integrity: locked.integrity, cache, folder });
  return { folder, id, version };
}

function versionIn(folder: string): string | undefined {
  const file = join(folder, 'package.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version : undefined;
}

function fetch({ spec, integrity, cache, folder }: { spec: string; integrity: string; cache: string; folder: string }): void {
  mkdirSync(cache, { recursive: true });
  const scratch = mkdtempSync(join(cache, 'fetch-'));
  try {
    const archive = join(scratch, pack(spec, scratch));
    const found = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`;
    if (found !== integrity) throw new Error(`The registry's ${spec} is not the one of package-lock.json (${found} in place of ${integrity}). Nothing of it is used: see which registry npm asks (npm config get registry).`);
    execFileSync('tar', ['-xzf', archive, '-C', scratch, 'package']);
    if (!existsSync(folder)) renameSync(join(scratch, 'package'), folder);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

/** Returns the name of the archive in `to`. */
function pack(spec: string, to: string): string {
  try {
    return execFileSync('npm', ['pack', spec, '--silent', '--pack-destination', to], { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim().split('\n').at(-1) ?? '';
  } catch (cause) {
    const { stderr = '' } = cause as { stderr?: string };
    throw new Error(`npm could not fetch ${spec}: ${stderr.trim()}\nThe npm registry must be reachable for another CPU type than this machine's; run this again when it is.`, { cause });
  }
}
