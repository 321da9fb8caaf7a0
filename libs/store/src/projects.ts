import type { Prisma, Project } from './generated/client.ts';
import { inTransaction, type Store, type Transaction } from './open-store.ts';

export function findProject(db: Store['prisma'] | Transaction, id: string): Promise<Project | null> {
  return db.project.findUnique({ where: { id } });
}

/** The project of that name. */
export function findProjectByName(db: Store['prisma'] | Transaction, name: string): Promise<Project | null> {
  return db.project.findUnique({ where: { domainId_name: { domainId: 'default', name } } });
}

/** All projects, by name. */
export function listProjectRows(store: Store): Promise<Project[]> {
  return store.prisma.project.findMany({ orderBy: { name: 'asc' } });
}

/** The enabled projects that a user has a role on, by name. */
export function listProjectsOfUser(store: Store, userId: string): Promise<Project[]> {
  return store.prisma.$queryRaw<Project[]>`
    SELECT * FROM "Project" p WHERE p.enabled AND EXISTS (SELECT 1 FROM "RoleAssignment" a WHERE a."userId" = ${userId} AND a.target = p.id) ORDER BY p.name`;
}

/** Throws a unique violation when the name is taken. */
export function insertProject(db: Store['prisma'] | Transaction, row: Prisma.ProjectUncheckedCreateInput): Promise<Project> {
  return db.project.create({ data: row });
}

/** The project of that name, made when there is none. */
export function upsertProject(tx: Transaction, row: { id: string; name: string; description?: string }): Promise<Project> {
  return tx.project.upsert({ where: { domainId_name: { domainId: 'default', name: row.name } }, create: row, update: {} });
}

/** Undefined when there is no such project; throws a unique violation when the name is taken. */
export async function updateProjectRow(db: Store['prisma'] | Transaction, id: string, data: Prisma.ProjectUncheckedUpdateInput): Promise<Project | undefined> {
  return (await db.project.updateManyAndReturn({ where: { id }, data }))[0];
}

/** Deletes a project with the roles and application credentials on it; false when there is none. */
export function deleteProjectRow(store: Store, id: string): Promise<boolean> {
  return inTransaction(store, async (tx) => {
    await tx.roleAssignment.deleteMany({ where: { target: id } });
    await tx.applicationCredential.deleteMany({ where: { projectId: id } });
    await tx.user.updateMany({ where: { defaultProjectId: id }, data: { defaultProjectId: null } });
    return (await tx.project.deleteMany({ where: { id } })).count > 0;
  });
}
