import type { Keypair } from './generated/client.ts';
import type { Store, Transaction } from './open-store.ts';

export type NewKeypair = { userId: string; name: string; publicKey: string; fingerprint: string };

/** A user's keypairs by name; `marker` is the name of the one before the first. */
export function listKeypairRows(store: Store, userId: string, page: { limit?: number; marker?: string } = {}): Promise<Keypair[]> {
  return store.prisma.keypair.findMany({
    where: { userId },
    orderBy: { name: 'asc' },
    take: page.limit,
    ...(page.marker === undefined ? {} : { cursor: { userId_name: { userId, name: page.marker } }, skip: 1 }),
  });
}

export function findKeypairRow(db: Store['prisma'] | Transaction, userId: string, name: string): Promise<Keypair | null> {
  return db.keypair.findUnique({ where: { userId_name: { userId, name } } });
}

/** Adds a keypair unless the user has `limit` already (-1: no limit) or one of that name. */
export function insertKeypair(store: Store, keypair: NewKeypair, limit: number): Promise<Keypair | 'full' | 'taken'> {
  return store.prisma.$transaction(async (tx) => {
    // Of one user's requests, one after the other: else two could both see room for one.
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`keypairs:${keypair.userId}`}, 0))`;
    if (limit >= 0 && (await tx.keypair.count({ where: { userId: keypair.userId } })) >= limit) return 'full';
    const [added] = await tx.keypair.createManyAndReturn({ data: [keypair], skipDuplicates: true });
    return added ?? 'taken';
  });
}

/** Deletes a keypair; false when there is none. */
export async function deleteKeypairRow(store: Store, userId: string, name: string): Promise<boolean> {
  return (await store.prisma.keypair.deleteMany({ where: { userId, name } })).count === 1;
}
