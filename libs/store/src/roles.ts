import type { Prisma, Role, RoleAssignment } from './generated/client.ts';
import { inTransaction, type Store, type Transaction } from './open-store.ts';

/** What a role is held on, other than a project: the cloud as a whole. */
export const systemTarget = 'system';

export function findRole(db: Store['prisma'] | Transaction, id: string): Promise<Role | null> {
  return db.role.findUnique({ where: { id } });
}

/** All roles, by name. */
export function listRoleRows(store: Store): Promise<Role[]> {
  return store.prisma.role.findMany({ orderBy: { name: 'asc' } });
}

/** Throws a unique violation when the name is taken. */
export function insertRole(db: Store['prisma'] | Transaction, row: Prisma.RoleUncheckedCreateInput): Promise<Role> {
  return db.role.create({ data: row });
}

/** The role of that name, made when there is none. */
export function upsertRole(tx: Transaction, row: { id: string; name: string }): Promise<Role> {
  return tx.role.upsert({ where: { name: row.name }, create: row, update: {} });
}

/** Undefined when there is no such role; throws a unique violation when the name is taken. */
export async function updateRoleRow(db: Store['prisma'] | Transaction, id: string, data: Prisma.RoleUncheckedUpdateInput): Promise<Role | undefined> {
  return (await db.role.updateManyAndReturn({ where: { id }, data }))[0];
}

/** Deletes a role and takes it from all who hold it; false when there is none. */
export function deleteRoleRow(store: Store, id: string): Promise<boolean> {
  return inTransaction(store, async (tx) => {
    await tx.roleAssignment.deleteMany({ where: { roleId: id } });
    return (await tx.role.deleteMany({ where: { id } })).count > 0;
  });
}

/** Gives users roles; those that they hold already stay. */
export async function insertRoleAssignments(db: Store['prisma'] | Transaction, rows: RoleAssignment[]): Promise<void> {
  await db.roleAssignment.createMany({ data: rows, skipDuplicates: true });
}

/** False when the user does not hold the role. */
export async function deleteRoleAssignment(store: Store, row: RoleAssignment): Promise<boolean> {
  return (await store.prisma.roleAssignment.deleteMany({ where: row })).count > 0;
}

/** A role that a user holds on a project, or on the system: then without a project. */
export type NamedRoleAssignment = { userId: string; userName: string; roleId: string; roleName: string; projectId: string | null; projectName: string | null };

export type RoleAssignmentFilter = { userId?: string; target?: string; roleId?: string };

/** Roles held, with the names of what their ids stand for. */
export async function listRoleAssignments(store: Store, { userId, target, roleId }: RoleAssignmentFilter): Promise<NamedRoleAssignment[]> {
  const text = `SELECT u.id AS "userId", u.name AS "userName", r.id AS "roleId", r.name AS "roleName", p.id AS "projectId", p.name AS "projectName"
    FROM "RoleAssignment" a JOIN "User" u ON u.id = a."userId" JOIN "Role" r ON r.id = a."roleId" LEFT JOIN "Project" p ON p.id = a.target
    WHERE (p.id IS NOT NULL OR a.target = '${systemTarget}') AND ($1::text IS NULL OR u.id = $1) AND ($2::text IS NULL OR a.target = $2) AND ($3::text IS NULL OR r.id = $3)
    ORDER BY u.name, p.name NULLS LAST, r.name`;
  return (await store.pool.query<NamedRoleAssignment>(text, [userId ?? null, target ?? null, roleId ?? null])).rows;
}
