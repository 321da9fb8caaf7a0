import { randomUUID } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '@novadock/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Auth } from '../identity/auth.ts';
import { assertFits, bootableImage } from './bootable-image.ts';

let database: TestDatabase;
beforeAll(async () => { database = await createTestDatabase(); });
afterAll(() => database.drop());

const auth = (projectId: string, isAdmin = false) => ({ projectId, isAdmin }) as Auth;
const addImage = (columns: object = {}) => database.store.prisma.image.create({
  data: { id: randomUUID(), projectId: 'mine', status: 'active', containerFormat: 'docker', diskFormat: 'raw', engineId: 'sha256:1', architecture: 'amd64', ...columns },
});

describe('a boot', () => {
  it('may be from what is the own project\'s, public or community, and for administrators from any image', async () => {
    const own = await addImage();
    expect(await bootableImage(database.store, auth('mine'), own.id)).toEqual(own);
    for (const visibility of ['public', 'community']) {
      const { id } = await addImage({ visibility });
      expect((await bootableImage(database.store, auth('other'), id)).id).toBe(id);
    }
    expect((await bootableImage(database.store, auth('other', true), own.id)).id).toBe(own.id);
  });

  it('may not be from another project\'s, from one that is not there or was deleted', async () => {
    const own = await addImage();
    const gone = await addImage({ status: 'deleted', deletedAt: new Date() });
    for (const [project, id] of [['other', own.id], ['mine', randomUUID()], ['mine', 'hipache'], ['mine', gone.id]] as const) {
      await expect(bootableImage(database.store, auth(project), id)).rejects.toMatchObject({ code: 'invalid', message: 'Can not find requested image' });
    }
  });

  it.each([
    [{ status: 'queued' }, /^Image \S+ is not active\.$/], [{ status: 'deactivated' }, /is not active/],
    [{ containerFormat: 'bare' }, /is unacceptable: Its container format is bare/], [{ containerFormat: null }, /format is not set/],
    [{ engineId: null, unbootableReason: 'It is cut off.' }, /^Image \S+ is unacceptable: It is cut off\.$/], [{ engineId: null }, /never inspected/],
  ])('may not be from %o', async (columns, message) => {
    const { id } = await addImage(columns);
    await expect(bootableImage(database.store, auth('mine'), id)).rejects.toMatchObject({ code: 'invalid', message: expect.stringMatching(message) as string });
  });
});

describe('a flavor', () => {
  const image = { minMemoryMb: 64, minDiskGb: 2, contentBytes: 3n * 1024n ** 3n };
  it('fits an image that is not larger', () => {
    expect(() => assertFits(image, { memoryMb: 64, diskGb: 3 })).not.toThrow();
    expect(() => assertFits({ minMemoryMb: 0, minDiskGb: 0, contentBytes: null }, { memoryMb: 1, diskGb: 1 })).not.toThrow();
  });
  it('without a disk sets no limit to it', () => expect(() => assertFits(image, { memoryMb: 64, diskGb: 0 })).not.toThrow());
  it.each([
    [{ memoryMb: 63, diskGb: 3 }, "Flavor's memory is too small for requested image."],
    [{ memoryMb: 64, diskGb: 1 }, "Flavor's disk is too small for requested image. Flavor disk is 1073741824 bytes, image is 3221225472 bytes."],
  ])('is too small: %o', (flavor, message) => expect(() => assertFits(image, flavor)).toThrow(expect.objectContaining({ code: 'invalid', message })));
  it('is too small for the disk that the image asks for', () => {
    expect(() => assertFits({ ...image, contentBytes: 1n }, { memoryMb: 64, diskGb: 1 })).toThrow("Flavor's disk is smaller than the minimum size specified in image metadata. Flavor disk is 1073741824 bytes, minimum size is 2147483648 bytes.");
  });
});
