import type { Prisma, User } from './generated/client.ts';
import { inTransaction, type Store, type Transaction } from './open-store.ts';

export function findUser(db: Store['prisma'] | Transaction, id: string): Promise<User | null> {
  return db.user.findUnique({ where: { id } });
}

/** All users, by name. */
export function listUserRows(store: Store): Promise<User[]> {
  return store.prisma.user.findMany({ orderBy: { name: 'asc' } });
}

/** Throws a unique violation when the name is taken. */
export function insertUser(db: Store['prisma'] | Transaction, row: Prisma.UserUncheckedCreateInput): Promise<User> {
  return db.user.create({ data: row });
}

/** The user of that name, made when there is none; their password is set in any case. */
export function upsertUser(tx: Transaction, row: { id: string; name: string; passwordHash: string }): Promise<User> {
  const { name, passwordHash } = row;
  return tx.user.upsert({ where: { domainId_name: { domainId: 'default', name } }, create: row, update: { passwordHash } });
}

/** Undefined when there is no such user; throws a unique violation when the name is taken. */
export async function updateUserRow(db: Store['prisma'] | Transaction, id: string, data: Prisma.UserUncheckedUpdateInput): Promise<User | undefined> {
  return (await db.user.updateManyAndReturn({ where: { id }, data }))[0];
}

/** Deletes a user with their roles and application credentials; false when there is none. */
export function deleteUserRow(store: Store, id: string): Promise<boolean> {
  return inTransaction(store, async (tx) => {
    await tx.roleAssignment.deleteMany({ where: { userId: id } });
    await tx.applicationCredential.deleteMany({ where: { userId: id } });
    return (await tx.user.deleteMany({ where: { id } })).count > 0;
  });
}
