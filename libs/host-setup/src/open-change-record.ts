import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { CloudError, type FileChange } from '@novadock/model';
import type { ChangeRecord, Json } from './change-record.ts';
import { makeFolder } from './make-folder.ts';
import { orMissing } from './or-missing.ts';
import { replaceFile } from './replace-file.ts';
import { missingFolders, removeFolders, restoreFile, saveFile, type SavedFile } from './saved-file.ts';
import { syncFolder } from './sync-folder.ts';

/**
 * All that is remembered for a step: a file of its own. `folders` were missing, outer ones first; `digests` are of all that was
 * written, by path. One from before there were digests has none.
 */
type Remembered = { files: Record<string, SavedFile>; folders: string[]; values: Record<string, Json>; digests?: Record<string, string[]> };

/** The record in `folder`, about the host below `root`. Each call has its effect on disk when it returns; a power cut leaves what was there before the call, or after. */
export async function openChangeRecord(options: { folder: string; root: string }): Promise<ChangeRecord> {
  const { folder, root } = options;
  await makeFolder(folder, 0o700);
  const fileOf = (step: string) => join(folder, `${step}.json`);
  const change = async (step: string, alter: (remembered: Remembered) => boolean | Promise<boolean>) => {
    const remembered = await read(fileOf(step));
    if (await alter(remembered)) await replaceFile({ file: fileOf(step), content: JSON.stringify(remembered), mode: 0o600 });
  };
  const inTurn = createTurns();
  return {
    saveFile: (step, path) =>
      inTurn(() => change(step, async ({ files, folders }) => {
        if (Object.hasOwn(files, path)) return false;
        files[path] = await saveFile(root, path);
        folders.push(...(await missingFolders(root, path)).filter((missing) => !folders.includes(missing)));
        return true;
      })),
    wrote: (step, path, content) =>
      inTurn(() => change(step, (remembered) => {
        const digests = (remembered.digests ??= {});
        const known = Object.hasOwn(digests, path) ? (digests[path] ?? []) : [];
        digests[path] = [...new Set([...known, digestOf(Buffer.from(content))])];
        return digests[path].length > known.length;
      })),
    editedFiles: (step) => inTurn(async () => editedFiles(root, await read(fileOf(step)))),
    leaveFile: (step, path) =>
      inTurn(() => change(step, ({ files, digests = {} }) => {
        delete digests[path];
        return Object.hasOwn(files, path) && delete files[path];
      })),
    remember: (step, name, value) => inTurn(() => change(step, ({ values }) => !Object.hasOwn(values, name) && ((values[name] = value), true))),
    leave: (step, name) => inTurn(() => change(step, ({ values }) => Object.hasOwn(values, name) && delete values[name])),
    recall: (step, name) => inTurn(async () => {
      const { values } = await read(fileOf(step));
      return Object.hasOwn(values, name) ? values[name] : undefined;
    }),
    restoreFiles: (step) => inTurn(async () => restoreAll(root, await read(fileOf(step)))),
    forget: (step) =>
      inTurn(async () => {
        await rm(fileOf(step), { force: true });
        await syncFolder(folder);
      }),
  };
}

async function editedFiles(root: string, { files, digests = {} }: Remembered): Promise<string[]> {
  const edited: string[] = [];
  for (const [path, saved] of Object.entries(files)) {
    const known = Object.hasOwn(digests, path) ? (digests[path] ?? []) : [];
    if (known.length > 0 && !(await isKnown(root, path, { saved, known }))) edited.push(path);
  }
  return edited;
}

async function isKnown(root: string, path: string, { saved, known }: { saved: SavedFile; known: string[] }): Promise<boolean> {
  const now = await saveFile(root, path);
  if (now.kind === 'none') return true;
  if (now.kind === 'link') return isDeepStrictEqual(now, saved);
  return (saved.kind === 'file' && saved.content === now.content) || known.includes(digestOf(Buffer.from(now.content, 'base64')));
}

function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

async function restoreAll(root: string, remembered: Remembered): Promise<FileChange[]> {
  const { files, folders } = remembered;
  const changes: FileChange[] = [];
  const edited = await editedFiles(root, remembered);
  for (const [path, saved] of Object.entries(files)) {
    if (edited.includes(path)) continue;
    const change = await restoreFile(root, path, saved);
    if (change !== undefined) changes.push(change);
  }
  await removeFolders(root, folders);
  return changes;
}

async function read(file: string): Promise<Remembered> {
  const text = await readFile(file, 'utf8').catch(orMissing);
  if (text === undefined) return { files: {}, folders: [], values: {} };
  try {
    return JSON.parse(text) as Remembered;
  } catch (cause) {
    throw new CloudError('internal', `${file}, which remembers how this host was before its set-up, cannot be read. Put it back from a backup, or remove it: what it remembers is then not taken back`, { cause });
  }
}

/** One after the other, since each call reads, alters and writes. */
function createTurns(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = last.then(work, work);
    last = turn;
    return turn;
  };
}
