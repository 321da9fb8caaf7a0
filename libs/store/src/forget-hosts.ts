import type { Host, Instance, Prisma, SetupRun } from './generated/client.ts';
import { findSetupRun } from './setup-runs.ts';
import type { Store, Transaction } from './open-store.ts';

/** What a host has to do besides its instances: a run, or to be forgotten. */
export type SetupWork = Pick<Host, 'forgettingAt' | 'forgetForced' | 'agentRemovalAt'> & { run: SetupRun | undefined };

/** Undefined when there is no such host, or nothing to do. */
export async function findSetupWork(store: Store, hostId: string): Promise<SetupWork | undefined> {
  const { rows } = await store.pool.query<Omit<SetupWork, 'run'> & { runId: string | null }>({
    name: 'setup-work',
    text: `SELECT h."forgettingAt", h."forgetForced", h."agentRemovalAt", r.id AS "runId" FROM "Host" h LEFT JOIN "SetupRun" r ON r."hostId" = h.id AND r."finishedAt" IS NULL
      WHERE h.id = $1 AND (h."forgettingAt" IS NOT NULL OR r.id IS NOT NULL)`,
    values: [hostId],
  });
  const [work] = rows;
  if (work === undefined) return undefined;
  const { runId, ...forgetting } = work;
  return { ...forgetting, run: runId === null ? undefined : ((await findSetupRun(store.prisma, runId)) ?? undefined) };
}

/** How many instances live on a host. */
export function countInstancesOn(tx: Transaction, hostId: string): Promise<number> {
  return tx.instance.count({ where: { hostId, deletedAt: null } });
}

/** The instances that live on a host, which nobody else changes before `tx` ends. */
export function lockInstancesOn(tx: Transaction, hostId: string): Promise<Instance[]> {
  return tx.$queryRaw<Instance[]>`SELECT * FROM "Instance" WHERE "hostId" = ${hostId}::uuid AND "deletedAt" IS NULL ORDER BY id FOR UPDATE`;
}

/** Leaves an instance without its host, which is about to be forgotten. */
export async function leaveHost(tx: Transaction, instance: Instance, data: Pick<Prisma.InstanceUncheckedUpdateInput, 'failed' | 'fault' | 'deletedAt' | 'observedPower'>): Promise<void> {
  await tx.instance.update({ where: { id: instance.id }, data: { ...data, hostId: null, containerId: null, task: null, observedGeneration: instance.generation, updatedAt: new Date() } });
}
