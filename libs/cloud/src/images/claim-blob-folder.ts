import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { CloudError } from '@novadock/model';
import { getOrCreateSecret, withLock, type Store } from '@novadock/store';

/** A file in the folder of blobs: with the id in it, which the database has as well, a folder is told from one that only has its name. */
export const blobFolderMark = 'novadock-images';

/**
 * Makes `dir` the folder of a new cloud's blobs, or finds that it is this cloud's. Throws `unavailable` when that is another one: not mounted
 * here, say, so that images would be missing, and others lost.
 */
export async function claimBlobFolder({ store, dir }: { store: Store; dir: string }): Promise<void> {
  const name = 'blob-folder';
  const id = await withLock(store, name, async () => (await getOrCreateSecret(store, name, async () => Buffer.from((await readBlobFolderMark(dir)) ?? (await mark(dir))))).toString());
  const found = await readBlobFolderMark(dir);
  if (found === id) return;
  throw new CloudError('unavailable', `${dir} is not the folder that this cloud keeps its images in: ${found === undefined ? `it has no file ${blobFolderMark}` : `its file ${blobFolderMark} names another one`}. All control planes of a cloud share one folder: mount it there, or say with NOVADOCK_BLOBS where it is. If the images' bytes are gone for good, go on without them: echo ${id} > ${join(dir, blobFolderMark)}`);
}

/** The id in a folder; undefined when it has none. Throws `unavailable` when it cannot be read. */
export async function readBlobFolderMark(dir: string): Promise<string | undefined> {
  try {
    return (await readFile(join(dir, blobFolderMark), 'utf8')).trim();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw cannot(dir, 'read', cause);
  }
}

/** Gives a folder an id: on the disk when this returns, for the database will have it. */
async function mark(dir: string): Promise<string> {
  const id = randomUUID();
  try {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    const file = join(dir, blobFolderMark);
    const handle = await open(`${file}.new`, 'w', 0o600);
    await handle.writeFile(`${id}\n`);
    await handle.sync().finally(() => handle.close());
    await rename(`${file}.new`, file);
    const folder = await open(dir, 'r');
    await folder.sync().finally(() => folder.close());
  } catch (cause) {
    throw cannot(dir, 'written to', cause);
  }
  return id;
}

function cannot(dir: string, verb: string, cause: unknown): CloudError {
  const { code, message } = cause as NodeJS.ErrnoException;
  return new CloudError('unavailable', `The folder of images, ${dir}, cannot be ${verb} (${code ?? message}). It has to belong to the user that the control plane runs as.`, { cause });
}
