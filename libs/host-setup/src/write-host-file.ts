import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CloudError } from '@novadock/model';
import { followLinks } from './follow-links.ts';
import { makeFolder } from './make-folder.ts';
import { orMissing } from './or-missing.ts';
import { replaceFile } from './replace-file.ts';
import type { SetupContext } from './setup-step.ts';

/**
 * Writes a file of the host, whole or not at all, after `ctx.changes` has saved what was there. Mode (unless one is given) and
 * owner stay as they are; of a link it is the target that is written; folders are made where they are missing. `merged`: the
 * content is made of what is there, so that an edit that somebody made lives on in it, and counts as one from then on.
 */
export async function writeHostFile(ctx: SetupContext, step: string, file: { path: string; content: string | Uint8Array; mode?: number; merged?: boolean }): Promise<void> {
  const path = await followLinks(ctx.root, file.path);
  await ctx.changes.saveFile(step, path);
  const target = join(ctx.root, path);
  const present = await stat(target).catch(orMissing);
  if (present !== undefined && !present.isFile()) throw new CloudError('invalid', `${path} is not a file. Move it away, then run the set-up again`);
  const keepsEdit = file.merged === true && (await ctx.changes.editedFiles(step)).includes(path);
  if (!keepsEdit) await ctx.changes.wrote(step, path, file.content);
  await makeFolder(dirname(target));
  await replaceFile({ file: target, content: file.content, mode: file.mode ?? (present === undefined ? 0o644 : present.mode & 0o7777), owner: present });
}
