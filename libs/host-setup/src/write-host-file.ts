import { lstat, readlink, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { CloudError } from '@novadock/model';
import { makeFolder } from './make-folder.ts';
import { orMissing } from './or-missing.ts';
import { replaceFile } from './replace-file.ts';
import type { SetupContext } from './setup-step.ts';

/**
 * Writes a file of the host, whole or not at all, after `ctx.changes` has saved what was there. Mode (unless one is given) and
 * owner stay as they are; of a link it is the target that is written; folders are made where they are missing.
 */
export async function writeHostFile(ctx: SetupContext, step: string, file: { path: string; content: string | Uint8Array; mode?: number }): Promise<void> {
  const path = await followLinks(ctx.root, file.path);
  await ctx.changes.saveFile(step, path);
  const target = join(ctx.root, path);
  const present = await stat(target).catch(orMissing);
  if (present !== undefined && !present.isFile()) throw new CloudError('invalid', `${path} is not a file. Move it away, then run the set-up again`);
  await makeFolder(dirname(target));
  await replaceFile({ file: target, content: file.content, mode: file.mode ?? (present === undefined ? 0o644 : present.mode & 0o7777), owner: present });
}

/** Where a path ends after its links, as a path of the host. */
async function followLinks(root: string, path: string): Promise<string> {
  let at = path;
  // As many as the kernel follows.
  for (let links = 0; links < 40; links += 1) {
    const status = await lstat(join(root, at)).catch(orMissing);
    if (status?.isSymbolicLink() !== true) return at;
    at = resolve(dirname(at), await readlink(join(root, at)));
  }
  throw new CloudError('invalid', `${path} is a link that leads in a circle. Mend it, then run the set-up again`);
}
