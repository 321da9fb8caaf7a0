import { mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { CloudError } from '@novadock/model';
import type { BlobStore } from './blob-store.ts';
import { readBlobFolderMark } from './claim-blob-folder.ts';

const bufferBytes = 1024 ** 2;
/** The disk is set to work every so often while more arrives, so that the sync at the end has little to wait for. */
const syncBytes = 32 * 1024 ** 2;
const abandonedMs = 24 * 3600 * 1000;

/** Keeps blobs as files in a directory, which it makes. A blob gets its name once it is whole and on the disk. */
export async function fileBlobStore({ dir }: { dir: string }): Promise<BlobStore> {
  const incoming = join(dir, 'incoming');
  await mkdir(incoming, { recursive: true, mode: 0o700 });
  await removeAbandoned(incoming);
  const mark = await readBlobFolderMark(dir);
  return {
    async write(key, source) {
      const unfinished = join(incoming, key);
      try {
        const sizeBytes = await writeDurably(unfinished, source);
        await rename(unfinished, join(dir, key));
        await syncDirectory(dir);
        return { sizeBytes };
      } catch (error) {
        await rm(unfinished, { force: true });
        throw toStorageError(error);
      }
    },
    read: (key, range) => Readable.from(readChunks(join(dir, key), range), { objectMode: false, highWaterMark: bufferBytes }),
    async remove(key) {
      await rm(join(incoming, key), { force: true });
      await rm(join(dir, key), { force: true });
    },
    async assertThere() {
      if ((await readBlobFolderMark(dir)) !== mark) throw new CloudError('unavailable', `The folder of images, ${dir}, is not the one that it was. Mount it again.`);
    },
  };
}

async function writeDurably(path: string, source: AsyncIterable<Uint8Array>): Promise<number> {
  const handle = await open(path, 'wx');
  try {
    await handle.writeFile(syncedOnTheWay(inBlocks(source), handle));
    await handle.sync();
    return (await handle.stat()).size;
  } finally {
    await handle.close();
  }
}

async function* syncedOnTheWay(source: AsyncIterable<Uint8Array>, handle: FileHandle): AsyncGenerator<Uint8Array> {
  let unsynced = 0;
  let syncing: Promise<void> | undefined;
  try {
    for await (const chunk of source) {
      yield chunk;
      unsynced += chunk.length;
      if (unsynced < syncBytes || syncing !== undefined) continue;
      unsynced = 0;
      // What goes wrong here goes wrong again in the sync at the end, which reports it.
      syncing = handle.datasync().catch(() => {}).then(() => void (syncing = undefined));
    }
  } finally {
    await syncing;
  }
}

/** Few large writes are cheaper than many small ones. All blocks are the same memory, for each is written before the next is asked for. */
async function* inBlocks(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const block = Buffer.allocUnsafeSlow(bufferBytes);
  let filled = 0;
  for await (const chunk of source) {
    for (let offset = 0; offset < chunk.length; ) {
      const part = chunk.subarray(offset, offset + bufferBytes - filled);
      block.set(part, filled);
      filled += part.length;
      offset += part.length;
      if (filled === bufferBytes) yield block;
      filled %= bufferBytes;
    }
  }
  if (filled > 0) yield block.subarray(0, filled);
}

async function* readChunks(path: string, range?: { start: number; end: number }): AsyncGenerator<Uint8Array> {
  const handle = await open(path, 'r').catch((cause) => {
    throw new CloudError('notFound', 'The bytes of the image are gone from the store.', { reason: 'blobMissing', cause });
  });
  yield* handle.createReadStream({ ...range, highWaterMark: bufferBytes });
}

/** What no crash recovery knows of: nobody has written to it for a day. */
async function removeAbandoned(incoming: string): Promise<void> {
  for (const name of await readdir(incoming)) {
    const path = join(incoming, name);
    if (Date.now() - (await stat(path)).mtimeMs > abandonedMs) await rm(path, { force: true });
  }
}

async function syncDirectory(dir: string): Promise<void> {
  const handle = await open(dir, 'r');
  await handle.sync().finally(() => handle.close());
}

function toStorageError(error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error;
  return new CloudError('exhausted', 'Image storage media is full: There is not enough disk space on the image storage media.', { reason: 'storageFull', cause: error });
}
