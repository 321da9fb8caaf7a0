import { Prisma, type HostProfile } from './generated/client.ts';
import type { Store, Transaction } from './open-store.ts';

export type NewProfileRevision = { name: string; revision: number; settings: Prisma.InputJsonObject; hash: string };

/** Adds a revision; false when there is one of this number. */
export async function insertProfileRevision(db: Store['prisma'] | Transaction, row: NewProfileRevision): Promise<boolean> {
  return (await db.hostProfile.createMany({ data: [row], skipDuplicates: true })).count === 1;
}

/** A revision of a profile, the newest unless said; null when there is none. */
export function findProfileRow(db: Store['prisma'] | Transaction, name: string, revision?: number): Promise<HostProfile | null> {
  return db.hostProfile.findFirst({ where: { name, revision }, orderBy: { revision: 'desc' } });
}

/** The newest revision of each profile, by name. */
export function listProfileRows(store: Store): Promise<HostProfile[]> {
  return store.prisma.$queryRaw<HostProfile[]>(Prisma.sql`SELECT DISTINCT ON (name) * FROM "HostProfile" ORDER BY name, revision DESC`);
}
