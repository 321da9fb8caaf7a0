import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { SetupContext } from './setup-step.ts';

const folder = '/var/lib/apt/lists';

/**
 * Removes what apt knows of its repositories, all of it or the files that are empty, so that it is fetched again. apt does not flush
 * these files, so a power cut leaves empty ones, and `apt-get update` takes them for whole as long as the repository has not changed.
 */
export async function dropAptLists(ctx: SetupContext, which: 'all' | 'empty'): Promise<void> {
  if (ctx.host.packageManager !== 'apt-get') return;
  const lists = await readdir(join(ctx.root, folder), { withFileTypes: true }).catch(() => []);
  for (const list of lists) {
    const path = join(ctx.root, folder, list.name);
    if (!list.isFile() || list.name === 'lock') continue;
    if (which === 'all' || (await stat(path)).size === 0) await rm(path, { force: true });
  }
}
