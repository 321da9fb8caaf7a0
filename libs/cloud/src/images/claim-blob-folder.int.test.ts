import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '@novadock/testing';
import { blobFolderMark, claimBlobFolder } from './claim-blob-folder.ts';
import { fileBlobStore } from './file-blob-store.ts';

let database: TestDatabase;
let top: string;
beforeEach(async () => {
  database = await createTestDatabase();
  top = mkdtempSync(join(tmpdir(), 'novadock-claim-'));
});
afterEach(async () => {
  await database.drop();
  rmSync(top, { recursive: true });
});

const claim = (name: string) => claimBlobFolder({ store: database.store, dir: join(top, name) });

test("the first folder is the cloud's for good, and others are refused with nothing put into them", async () => {
  await claim('shared');
  await expect(claim('shared')).resolves.toBeUndefined();
  await expect(claim('own')).rejects.toMatchObject({ code: 'unavailable', message: expect.stringMatching(/own is not the folder.*has no file novadock-images.*mount it/s) as unknown });
  expect(readdirSync(top)).toEqual(['shared']);
  writeFileSync(join(top, 'shared', blobFolderMark), 'another\n');
  await expect(claim('shared')).rejects.toMatchObject({ message: expect.stringContaining('names another one') as unknown });
});

test('what the refusal says to do when the bytes are gone lets an empty folder in', async () => {
  await claim('lost');
  rmSync(join(top, 'lost'), { recursive: true });
  const refused = await claim('fresh').then(() => '', (error: Error) => error.message);
  const [, id, file] = /echo (\S+) > (\S+)$/.exec(refused) ?? [];
  await fileBlobStore({ dir: join(top, 'fresh') });
  writeFileSync(file!, `${id}\n`);
  await expect(claim('fresh')).resolves.toBeUndefined();
});

test('of control planes that start at once on folders of their own, one goes on', async () => {
  const results = await Promise.allSettled(['a', 'b', 'c'].map(claim));
  expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected', 'rejected']);
  expect(readdirSync(top)).toHaveLength(1);
});

test('a cloud whose database did not hear of its mark any more takes it up', async () => {
  await claim('shared');
  const before = readFileSync(join(top, 'shared', blobFolderMark), 'utf8');
  await database.store.prisma.secret.delete({ where: { name: 'blob-folder' } });
  await claim('shared');
  expect(readFileSync(join(top, 'shared', blobFolderMark), 'utf8')).toBe(before);
});

test('a store notices that its folder is not the one it was', async () => {
  await claim('shared');
  const blobs = await fileBlobStore({ dir: join(top, 'shared') });
  await expect(blobs.assertThere()).resolves.toBeUndefined();
  renameSync(join(top, 'shared'), join(top, 'unmounted'));
  await expect(blobs.assertThere()).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('Mount it again') as unknown });
  async function* bytes() {
    yield Buffer.from('image');
  }
  await expect(blobs.write('key', bytes())).rejects.toMatchObject({ code: 'ENOENT' });
  renameSync(join(top, 'unmounted'), join(top, 'shared'));
  await expect(blobs.assertThere()).resolves.toBeUndefined();
});
