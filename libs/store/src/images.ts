import type { Image } from './generated/client.ts';
import type { Store, Transaction } from './open-store.ts';

type Db = Store['prisma'] | Transaction;

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** An image that is not deleted; null also for what is no UUID. */
export async function findImageRow(db: Db, id: string): Promise<Image | null> {
  return uuid.test(id) ? db.image.findFirst({ where: { id, deletedAt: null } }) : null;
}

/** The key of the bytes that an engine needs for an image: its own, or those of another image with the same content. */
export async function findBlobOfEngineImage(store: Store, { id, engineId }: { id: string; engineId: string }): Promise<string | null> {
  const rows = await store.prisma.image.findMany({ where: { engineId, deletedAt: null, blob: { not: null } }, select: { id: true, blob: true } });
  return (rows.find((row) => row.id === id) ?? rows[0])?.blob ?? null;
}
