import type { ApplicationCredential, Prisma } from './generated/client.ts';
import type { Store } from './open-store.ts';

export function findApplicationCredential(store: Store, key: { id: string; userId?: string }): Promise<ApplicationCredential | null> {
  return store.prisma.applicationCredential.findFirst({ where: key });
}

/** A user's credential by its name; the user by id or name. */
export async function findApplicationCredentialByName(store: Store, { name, userId, userName }: { name: string; userId: string | undefined; userName: string | undefined }): Promise<ApplicationCredential | undefined> {
  const text = `SELECT c.* FROM "ApplicationCredential" c JOIN "User" u ON u.id = c."userId" WHERE c.name = $1 AND (u.id = $2 OR (u."domainId" = 'default' AND u.name = $3))`;
  return (await store.pool.query<ApplicationCredential>(text, [name, userId ?? null, userName ?? null])).rows[0];
}

/** Those of a user, by name. */
export function listApplicationCredentialRows(store: Store, userId: string): Promise<ApplicationCredential[]> {
  return store.prisma.applicationCredential.findMany({ where: { userId }, orderBy: { name: 'asc' } });
}

/** Throws a unique violation when the user has one of that name. */
export function insertApplicationCredential(store: Store, row: Prisma.ApplicationCredentialUncheckedCreateInput): Promise<ApplicationCredential> {
  return store.prisma.applicationCredential.create({ data: row });
}

/** False when the user has no such credential. */
export async function deleteApplicationCredentialRow(store: Store, key: { id: string; userId: string }): Promise<boolean> {
  return (await store.prisma.applicationCredential.deleteMany({ where: key })).count > 0;
}
