import { createHash } from 'node:crypto';
import type { SetupContext } from '../../setup-step.ts';
import { writeHostFile } from '../../write-host-file.ts';
import type { Edit } from './open-config-file.ts';
import { appendToList } from './remembered-list.ts';

/** Writes the files, each after it is remembered what it said for the key and what it is about to be, for undoEdits. */
export async function applyEdits(ctx: SetupContext, step: string, edits: Edit[]): Promise<void> {
  for (const { path, key, from = null, to, before, after, encoding } of edits) {
    const content = Buffer.from(after, encoding);
    const digests = [digestOf(Buffer.from(before, encoding)), digestOf(content)];
    await appendToList(ctx.changes, { step, list: 'edit', value: { path, ...key, from, to, digests } });
    await writeHostFile(ctx, step, { path, content, merged: true });
  }
}

/** By which a file is known again. */
export function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
