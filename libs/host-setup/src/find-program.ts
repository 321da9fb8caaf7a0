import { access } from 'node:fs/promises';
import { join } from 'node:path';

const folders = ['/usr/sbin', '/usr/bin', '/sbin', '/bin', '/usr/local/sbin', '/usr/local/bin'];

/** Whether a program lies in one of the system's folders below `root`. */
export async function findProgram(options: { root: string; name: string }): Promise<boolean> {
  const found = await Promise.all(folders.map((folder) => access(join(options.root, folder, options.name)).then(() => true, () => false)));
  return found.includes(true);
}
