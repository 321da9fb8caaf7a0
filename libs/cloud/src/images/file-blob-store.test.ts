import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileBlobStore } from './file-blob-store.ts';

let dir: string;
beforeEach(async () => { dir = await mkdtemp(join(tmpdir(), 'novadock-blobs-')); });
afterEach(() => rm(dir, { recursive: true, force: true }));

async function* pieces(count: number, bytes: number): AsyncGenerator<Uint8Array> {
  for (let piece = 0; piece < count; piece += 1) yield Buffer.alloc(bytes, piece);
}

describe('a blob', () => {
  it('comes back as it was written, in whole or in part', async () => {
    const store = await fileBlobStore({ dir });
    const key = randomUUID();
    expect(await store.write(key, pieces(34, 1_000_003))).toEqual({ sizeBytes: 34_000_102 });
    const whole = await buffer(store.read(key));
    expect(whole.equals(await buffer(pieces(34, 1_000_003)))).toBe(true);
    expect((await buffer(store.read(key, { start: 1_000_000, end: 1_000_010 }))).equals(whole.subarray(1_000_000, 1_000_011))).toBe(true);
    expect((await readFile(join(dir, key))).length).toBe(34_000_102);
  });

  it('may be empty', async () => {
    const store = await fileBlobStore({ dir });
    const key = randomUUID();
    expect(await store.write(key, pieces(0, 0))).toEqual({ sizeBytes: 0 });
    expect(await buffer(store.read(key))).toEqual(Buffer.alloc(0));
  });

  it('has no name before it is whole, and leaves nothing when its source fails', async () => {
    const store = await fileBlobStore({ dir });
    const key = randomUUID();
    let seen: string[] = [];
    const source = async function* () {
      yield Buffer.from('hello');
      seen = await readdir(dir);
      throw new Error('connection lost');
    };
    await expect(store.write(key, source())).rejects.toThrow('connection lost');
    expect(seen).toEqual(['incoming']);
    expect(await readdir(dir, { recursive: true })).toEqual(['incoming']);
  });

  it('is gone after it was removed, and may be removed again', async () => {
    const store = await fileBlobStore({ dir });
    const key = randomUUID();
    await store.write(key, pieces(1, 10));
    await store.remove(key);
    await store.remove(key);
    await expect(buffer(store.read(key))).rejects.toMatchObject({ code: 'notFound' });
  });
});

describe('what a crash left', () => {
  it('goes with its key', async () => {
    const store = await fileBlobStore({ dir });
    await writeFile(join(dir, 'incoming', 'half'), 'half');
    await store.remove('half');
    expect(await readdir(join(dir, 'incoming'))).toEqual([]);
  });

  it('goes at the start when nobody wrote to it for a day', async () => {
    await mkdir(join(dir, 'incoming'));
    for (const name of ['old', 'new']) await writeFile(join(dir, 'incoming', name), name);
    const twoDaysAgo = new Date(Date.now() - 2 * 24 * 3600 * 1000);
    await utimes(join(dir, 'incoming', 'old'), twoDaysAgo, twoDaysAgo);
    await fileBlobStore({ dir });
    expect(await readdir(join(dir, 'incoming'))).toEqual(['new']);
  });
});
