import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { waitFor } from '../wait-for.ts';
import { disown, own } from './owner.ts';

/** Where the fixture of bare hosts keeps what is slow to make. Deleting it costs time only. */
export const cacheFolder = '/var/cache/novadock-test';

/** How long what nobody used is kept, as a recipe that was changed leaves it. */
const keepMs = 14 * 24 * 3600_000;

/**
 * The path of what `make` makes in the folder that it is given, made once for each `recipe` (all that it is made from) and
 * kept. Processes that want the same at once wait for one of them.
 */
export async function cached(name: string, recipe: unknown, make: (folder: string) => Promise<void>): Promise<string> {
  mkdirSync(cacheFolder, { recursive: true });
  const path = join(cacheFolder, `${name}-${createHash('sha256').update(JSON.stringify(recipe)).digest('hex').slice(0, 12)}`);
  const lock = `${path}.owner`;
  let ours = false;
  await waitFor(`${path}, which another process is making`, async () => existsSync(path) || (ours = own(lock)), 30 * 60_000, 500);
  try {
    if (!existsSync(path)) await makeWhole(path, make);
  } finally {
    if (ours) disown(lock);
  }
  utimesSync(path, new Date(), new Date());
  return path;
}

/** Beside its place first: what is there is whole. */
async function makeWhole(path: string, make: (folder: string) => Promise<void>): Promise<void> {
  const [name = ''] = path.slice(cacheFolder.length + 1).split(/-[0-9a-f]{12}$/);
  for (const entry of readdirSync(cacheFolder)) {
    const other = join(cacheFolder, entry);
    const isOld = entry.startsWith(`${name}-`) && Date.now() - statSync(other).mtimeMs > keepMs;
    if (isOld || other.startsWith(`${path}.new-`)) rmSync(other, { recursive: true, force: true });
  }

  const folder = mkdtempSync(`${path}.new-`);
  try {
    await make(folder);
    renameSync(folder, path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
