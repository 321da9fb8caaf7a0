import type { Store, Transaction } from './open-store.ts';

/** The limits that a project was given, as they are written down; undefined when there is no such project. */
export async function findQuota(db: Store['prisma'] | Transaction, projectId: string): Promise<Record<string, unknown> | undefined> {
  const project = await db.project.findUnique({ where: { id: projectId }, select: { quota: true } });
  return project === null ? undefined : (project.quota as Record<string, unknown>);
}

/** Sets some of a project's limits and leaves the others; false when there is no such project. */
export async function mergeQuota(store: Store, projectId: string, limits: Record<string, number>): Promise<boolean> {
  return (await store.prisma.$executeRaw`UPDATE "Project" SET quota = quota || ${JSON.stringify(limits)}::jsonb WHERE id = ${projectId}`) === 1;
}

/** Takes those limits off a project, so that the defaults hold again; false when there is no such project. */
export async function removeQuota(store: Store, projectId: string, names: readonly string[]): Promise<boolean> {
  return (await store.prisma.$executeRaw`UPDATE "Project" SET quota = quota - ${[...names]}::text[] WHERE id = ${projectId}`) === 1;
}
