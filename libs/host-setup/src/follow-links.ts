import { lstat, readlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { CloudError } from '@novadock/model';
import { orMissing } from './or-missing.ts';

/** Where a path ends after its links, as a path of the host. */
export async function followLinks(root: string, path: string): Promise<string> {
  let at = path;
  // As many as the kernel follows.
  for (let links = 0; links < 40; links += 1) {
    const status = await lstat(join(root, at)).catch(orMissing);
    if (status?.isSymbolicLink() !== true) return at;
    at = resolve(dirname(at), await readlink(join(root, at)));
  }
  throw new CloudError('invalid', `${path} is a link that leads in a circle. Mend it, then run the set-up again`);
}
