import { isUtf8 } from 'node:buffer';
import { chmod, chown, lstat, readFile, readlink, rename, rm, rmdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { CloudError, type FileChange } from '@novadock/model';
import { fileChange } from './file-change.ts';
import { makeFolder } from './make-folder.ts';
import { orMissing } from './or-missing.ts';
import { freshName, replaceFile } from './replace-file.ts';
import { syncFolder } from './sync-folder.ts';

/** How a path of the host was. `content` is base64. */
export type SavedFile = { kind: 'none' } | { kind: 'link'; target: string } | { kind: 'file'; content: string; mode: number; uid: number; gid: number };

/** How `path` is now: a link itself and not its target. Throws `invalid` where it is neither file nor link. */
export async function saveFile(root: string, path: string): Promise<SavedFile> {
  const file = join(root, path);
  const status = await lstat(file).catch(orMissing);
  if (status === undefined) return { kind: 'none' };
  if (status.isSymbolicLink()) return { kind: 'link', target: await readlink(file) };
  if (!status.isFile()) throw new CloudError('invalid', `${path} is neither a file nor a link. Move it away, then run the set-up again`);
  return { kind: 'file', content: (await readFile(file)).toString('base64'), mode: status.mode & 0o7777, uid: status.uid, gid: status.gid };
}

/** The folders above `path` that are not there, outer ones first. */
export async function missingFolders(root: string, path: string): Promise<string[]> {
  const missing: string[] = [];
  for (let folder = dirname(path); folder !== '/' && folder !== '.'; folder = dirname(folder)) {
    if ((await lstat(join(root, folder)).catch(orMissing)) !== undefined) break;
    missing.unshift(folder);
  }
  return missing;
}

/** Removes those folders that are empty, inner ones first. */
export async function removeFolders(root: string, folders: string[]): Promise<void> {
  for (const folder of folders.toSorted((one, other) => other.length - one.length)) {
    const removed = await rmdir(join(root, folder)).then(() => true, (error: NodeJS.ErrnoException) => {
      if (['ENOENT', 'ENOTEMPTY', 'EEXIST', 'ENOTDIR', 'EBUSY'].includes(error.code ?? '')) return false;
      throw error;
    });
    if (removed) await syncFolder(dirname(join(root, folder)));
  }
}

/** Puts `path` back as it was saved; tells what that changed, if anything. */
export async function restoreFile(root: string, path: string, saved: SavedFile): Promise<FileChange | undefined> {
  const file = join(root, path);
  // What a power cut left of a write.
  await rm(freshName(file), { force: true });
  const now = await saveFile(root, path);
  if (isDeepStrictEqual(now, saved)) return undefined;
  if (saved.kind === 'none') await remove(file);
  else {
    await makeFolder(dirname(file));
    if (saved.kind === 'link') await replaceLink(file, saved.target);
    else await putBack(file, now, saved);
  }
  return describe(path, now, saved);
}

type Present = SavedFile & { kind: 'file' };

async function putBack(file: string, now: SavedFile, saved: Present): Promise<void> {
  const { content, mode, uid, gid } = saved;
  if (now.kind !== 'file' || now.content !== content) return replaceFile({ file, content: Buffer.from(content, 'base64'), mode, owner: { uid, gid } });
  // The owner first: to change it takes the bits setuid and setgid away.
  await chown(file, uid, gid);
  await chmod(file, mode);
}

async function replaceLink(file: string, target: string): Promise<void> {
  await symlink(target, freshName(file));
  await rename(freshName(file), file);
  await syncFolder(dirname(file));
}

async function remove(file: string): Promise<void> {
  await rm(file, { force: true });
  await syncFolder(dirname(file));
}

function describe(path: string, before: SavedFile, after: SavedFile): FileChange {
  if (before.kind === 'file' && after.kind === 'file' && before.content === after.content) {
    return { path, diff: `--- ${path}\t${rights(before)}\n+++ ${path}\t${rights(after)}\n` };
  }
  const [from, to] = [textOf(before), textOf(after)];
  if (from === null || to === null) return { path, diff: `Binary files ${path} differ\n` };
  return fileChange(path, from, to);
}

/** null: it is no text. */
function textOf(saved: SavedFile): string | undefined | null {
  if (saved.kind === 'none') return undefined;
  if (saved.kind === 'link') return `a link to ${saved.target}\n`;
  const bytes = Buffer.from(saved.content, 'base64');
  return isUtf8(bytes) && !bytes.includes(0) ? bytes.toString('utf8') : null;
}

function rights({ mode, uid, gid }: Present): string {
  return `mode ${mode.toString(8).padStart(4, '0')} owner ${uid}:${gid}`;
}
