import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryId } from './engine-repository.ts';
import type { SetupContext } from './setup-step.ts';

/** Where dnf and zypper keep what they have fetched of a repository, by its id. apt drops what it has no source for by itself. */
const caches = ['/var/cache/dnf', ...['raw', 'solv', 'packages', 'pubkeys'].map((kind) => `/var/cache/zypp/${kind}`)];

/** What package managers keep of the profile's repository goes with it. */
export async function dropRepositoryCaches({ root }: Pick<SetupContext, 'root'>): Promise<void> {
  for (const cache of caches) {
    const names = await readdir(join(root, cache)).catch(() => []);
    for (const name of names) if (name.startsWith(repositoryId)) await rm(join(root, cache, name), { recursive: true, force: true });
  }
}
