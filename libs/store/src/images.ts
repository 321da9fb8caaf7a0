import type { Image, Prisma } from './generated/client.ts';
import { isUuid } from './instances.ts';
import type { Store, Transaction } from './open-store.ts';

type Db = Store['prisma'] | Transaction;

export type NewImageRow = Prisma.ImageUncheckedCreateInput & { id: string };
export type ImageChangeColumns = Prisma.ImageUncheckedUpdateInput;

/** An image that is not deleted; null also for what is no UUID. */
export async function findImageRow(db: Db, id: string): Promise<Image | null> {
  return isUuid(id) ? db.image.findFirst({ where: { id, deletedAt: null } }) : null;
}

/** Those of the images that are not deleted. */
export function findImageRows(db: Db, ids: string[]): Promise<Image[]> {
  return db.image.findMany({ where: { id: { in: ids.filter(isUuid) }, deletedAt: null } });
}

/** The image with an id, and all that have it as their name. */
export function findImagesCalled(store: Store, idOrName: string): Promise<Image[]> {
  return store.prisma.image.findMany({ where: { deletedAt: null, OR: [{ name: idOrName }, ...(isUuid(idOrName) ? [{ id: idOrName }] : [])] }, orderBy: { createdAt: 'asc' } });
}

/** The same as findImageRow, and nobody else changes it before `tx` ends. */
export async function lockImageRow(tx: Transaction, id: string): Promise<Image | null> {
  if (!isUuid(id)) return null;
  await tx.$queryRaw`SELECT 1 FROM "Image" WHERE "id" = ${id}::uuid FOR UPDATE`;
  return findImageRow(tx, id);
}

/** Adds an image; undefined when its id is taken, be it by one that is deleted. */
export async function insertImageRow(tx: Transaction, row: NewImageRow): Promise<Image | undefined> {
  return (await tx.image.createManyAndReturn({ data: [row], skipDuplicates: true }))[0];
}

export function updateImageRow(tx: Transaction, id: string, data: ImageChangeColumns): Promise<Image> {
  return tx.image.update({ where: { id }, data: { ...data, updatedAt: new Date() } });
}

/** Marks an image as deleted. Its row stays: instances tell what they were made from. */
export async function deleteImageRow(tx: Transaction, id: string): Promise<void> {
  await tx.image.update({ where: { id }, data: { status: 'deleted', deletedAt: new Date() } });
}

/** The key of the bytes that an engine needs for an image: its own, or those of another image with the same content. */
export async function findBlobOfEngineImage(store: Store, { id, engineId }: { id: string; engineId: string }): Promise<string | null> {
  const rows = await store.prisma.image.findMany({ where: { engineId, deletedAt: null, blob: { not: null } }, select: { id: true, blob: true } });
  return (rows.find((row) => row.id === id) ?? rows[0])?.blob ?? null;
}

/** Makes an upload to `blob` the one upload of a queued image; false when the image is not queued. */
export async function startUpload(store: Store, id: string, blob: string): Promise<boolean> {
  return (await store.prisma.$executeRaw`UPDATE "Image" SET "status" = 'saving', "blob" = ${blob}, "updatedAt" = now() WHERE "id" = ${id}::uuid AND "status" = 'queued'`) === 1;
}

/** Says that an upload goes on; false when the image is not its any more. */
export async function keepUploadAlive(store: Store, id: string, blob: string): Promise<boolean> {
  return (await store.prisma.$executeRaw`UPDATE "Image" SET "updatedAt" = now() WHERE "id" = ${id}::uuid AND "blob" = ${blob} AND "status" = 'saving'`) === 1;
}

/** Makes the image of an upload active; undefined when the image is not its any more. */
export async function finishUpload(tx: Transaction, { id, blob, ...content }: UploadedContent): Promise<Image | undefined> {
  const rows = await tx.image.updateManyAndReturn({ where: { id, blob, status: 'saving' }, data: { ...content, status: 'active', updatedAt: new Date() } });
  return rows[0];
}

export type UploadedContent = Pick<Image, 'id' | 'sizeBytes' | 'md5' | 'sha512' | 'unbootableReason' | 'engineId' | 'architecture' | 'contentBytes'> & { blob: string };

/** Takes an upload back: its image is queued again. Bytes under `blob` must be gone already. */
export async function cancelUpload(store: Store, id: string, blob: string): Promise<void> {
  await store.prisma.$executeRaw`UPDATE "Image" SET "status" = 'queued', "blob" = NULL, "updatedAt" = now() WHERE "id" = ${id}::uuid AND "blob" = ${blob} AND "status" = 'saving'`;
}

/** Uploads that nobody kept alive for so long. */
export function findStaleUploads(store: Store, afterMs: number): Promise<{ id: string; blob: string }[]> {
  return store.prisma.$queryRaw`SELECT "id", "blob" FROM "Image" WHERE "status" = 'saving' AND "updatedAt" < now() - ${afterMs} * interval '1 millisecond'`;
}

/** Deleted images whose bytes may be there still. */
export function findDeletedBlobs(store: Store): Promise<{ id: string; blob: string }[]> {
  return store.prisma.$queryRaw`SELECT "id", "blob" FROM "Image" WHERE "status" = 'deleted' AND "blob" IS NOT NULL`;
}

/** Notes that the bytes of a deleted image are gone. */
export async function forgetBlob(store: Store, id: string): Promise<void> {
  await store.prisma.image.updateMany({ where: { id, status: 'deleted' }, data: { blob: null } });
}
