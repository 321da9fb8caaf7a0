import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { systemFolders } from './search-path.ts';

/** Whether a program lies in one of the system's folders below `root`. */
export async function findProgram(options: { root: string; name: string }): Promise<boolean> {
  const found = await Promise.all(systemFolders.map((folder) => access(join(options.root, folder, options.name)).then(() => true, () => false)));
  return found.includes(true);
}
