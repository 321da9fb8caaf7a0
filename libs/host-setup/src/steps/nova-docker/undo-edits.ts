import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { followLinks } from '../../follow-links.ts';
import { removeIniKey } from '../../ini/remove-ini-key.ts';
import { setIniValue } from '../../ini/set-ini-value.ts';
import { orMissing } from '../../or-missing.ts';
import type { SetupContext } from '../../setup-step.ts';
import { writeHostFile } from '../../write-host-file.ts';
import { digestOf } from './apply-edits.ts';
import { openConfigFile } from './open-config-file.ts';
import { readList } from './remembered-list.ts';

type Remembered = { path: string; section: string; key: string; from: string | null; to: string; digests: string[] };

/**
 * Takes back what applyEdits did. Where nobody touched the files since, they get their bytes back; else only our keys are taken
 * back, and those that somebody set to something else stay. Tells what it did, "" for nothing.
 */
export async function undoEdits(ctx: SetupContext, step: string): Promise<string> {
  const edits = (await readList(ctx.changes, { step, list: 'edit' })) as Remembered[];
  const paths = [...new Set(edits.map(({ path }) => path))];
  const known = await Promise.all(paths.map((path) => isKnown(ctx, { step, path, edits })));
  if (!known.includes(false)) return (await ctx.changes.restoreFiles(step)).map(({ path }) => `put ${path} back as it was`).join(', ');
  const done: string[] = [];
  for (const path of paths) {
    done.push(...(await takeBack(ctx, step, edits.filter((edit) => edit.path === path))));
    await ctx.changes.leaveFile(step, await followLinks(ctx.root, path));
  }
  return done.length === 0 ? '' : `${done.join(', ')}, and nothing else, since the files were edited after the set-up`;
}

/** Whether a file is as we found it or as we wrote it, and nobody edited it between two of our edits. */
async function isKnown(ctx: SetupContext, { step, path, edits }: { step: string; path: string; edits: Remembered[] }): Promise<boolean> {
  if ((await ctx.changes.editedFiles(step)).includes(await followLinks(ctx.root, path))) return false;
  const bytes = await readFile(join(ctx.root, path)).catch(orMissing);
  return bytes !== undefined && edits.some((edit) => edit.path === path && edit.digests.includes(digestOf(bytes)));
}

async function takeBack(ctx: SetupContext, step: string, edits: Remembered[]): Promise<string[]> {
  const [first] = edits;
  if (first === undefined || (await readFile(join(ctx.root, first.path)).catch(orMissing)) === undefined) return [];
  const { path, from, key } = first;
  const file = await openConfigFile(ctx, path);
  const now = file.get(first);
  if (now === (from ?? undefined)) return [];
  if (!edits.some(({ to }) => to === now)) return [`left ${key} in ${path}, which somebody set to "${now ?? ''}"`];
  // A value of several lines means the same on one.
  const [edit] = file.edit(first, (text) => (from === null ? removeIniKey(text, first) : setIniValue(text, first, from.replaceAll('\n', ' '))));
  if (edit !== undefined) await writeHostFile(ctx, step, { path, content: Buffer.from(edit.after, edit.encoding), merged: true });
  return [from === null ? `removed ${key} from ${path}` : `set ${key} in ${path} back to "${from}"`];
}
