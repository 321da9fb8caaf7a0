import type { StatusChange } from '@novadock/model';
import type { Instance, Prisma } from './generated/client.ts';
import type { Store, Transaction } from './open-store.ts';

/** An instance with the name and the availability zone of its host. */
export type InstanceRow = Instance & { hostName: string | null; hostZone: string | null };

export type NewInstance = Prisma.InstanceUncheckedCreateInput;

/** Inserts an instance; part of the transaction that claims its host and ports. */
export function insertInstance(tx: Transaction, row: NewInstance): Promise<Instance> {
  return tx.instance.create({ data: row });
}

/** An instance that is not deleted, of any project; undefined when there is none. Locks its row with `forUpdate`. */
export async function findInstance(db: Store['prisma'] | Transaction, id: string, options: { forUpdate?: boolean; deleted?: boolean } = {}): Promise<InstanceRow | undefined> {
  if (!isUuid(id)) return undefined;
  if (options.forUpdate === true) await db.$executeRaw`SELECT 1 FROM "Instance" WHERE id = ${id}::uuid FOR UPDATE`;
  const row = await db.instance.findFirst({ where: { id, ...(options.deleted === true ? {} : { deletedAt: null }) }, include: { host: { select: { name: true, availabilityZone: true } } } });
  return row === null ? undefined : toRow(row);
}

/** The instances of a reservation that are not deleted, in the order of their making. */
export function findReservation(tx: Transaction, projectId: string, reservationId: string): Promise<Instance[]> {
  return tx.instance.findMany({ where: { projectId, reservationId, deletedAt: null }, orderBy: { launchIndex: 'asc' } });
}

/** What a project's instances use up. */
export async function usageOf(tx: Transaction | Store['prisma'], projectId: string): Promise<{ instances: number; cores: number; ram: number }> {
  const [usage] = await tx.$queryRaw<{ instances: bigint; cores: bigint; ram: bigint }[]>`
    SELECT count(*) AS instances, coalesce(sum(vcpus), 0) AS cores, coalesce(sum("memoryMb"), 0) AS ram
    FROM "Instance" WHERE "projectId" = ${projectId} AND "deletedAt" IS NULL`;
  return { instances: Number(usage?.instances ?? 0), cores: Number(usage?.cores ?? 0), ram: Number(usage?.ram ?? 0) };
}

/** Makes the transactions of one project that make instances follow one another, so that none oversteps the quota. */
export async function lockProjectQuota(tx: Transaction, projectId: string): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`quota:${projectId}`}, 0))`;
}

export function updateInstanceSpec(tx: Transaction, id: string, data: Prisma.InstanceUncheckedUpdateInput): Promise<Instance> {
  return tx.instance.update({ where: { id }, data: { ...data, updatedAt: new Date() } });
}

/** An instance with what its spec takes from its image. */
export type SpecRow = Instance & { engineId: string | null; imageCommand: string | null };

/** The instances of a host whose newest generation it has not reached: what the host has to do, oldest first. */
export async function unreachedInstances(store: Store, hostId: string): Promise<SpecRow[]> {
  const found = await store.pool.query<SpecRow>({
    name: 'unreached-instances',
    text: `SELECT i.*, m."engineId", m.properties->>'os_command_line' AS "imageCommand" FROM "Instance" i LEFT JOIN "Image" m ON m.id = i."imageId"
      WHERE i."hostId" = $1 AND i.generation > i."observedGeneration" AND i."deletedAt" IS NULL ORDER BY i."updatedAt"`,
    values: [hostId],
  });
  return found.rows;
}

/** All instances that should be on a host. */
export async function instancesOnHost(store: Store, hostId: string): Promise<Instance[]> {
  return (await store.pool.query<Instance>(`SELECT * FROM "Instance" WHERE "hostId" = $1 AND "deletedAt" IS NULL`, [hostId])).rows;
}

/** The rows that reports of a host are compared with, locked until the transaction ends. */
export function lockForStatus(tx: Transaction, hostId: string, ids: string[]): Promise<Instance[]> {
  return tx.$queryRaw<Instance[]>`SELECT * FROM "Instance" WHERE id = ANY(${ids}::uuid[]) AND "hostId" = ${hostId}::uuid AND "deletedAt" IS NULL ORDER BY id FOR UPDATE`;
}

/** Writes the status columns of an instance; no use case but record-status may. */
export async function writeStatus(tx: Transaction, id: string, change: StatusChange, extra: Prisma.InstanceUncheckedUpdateInput): Promise<void> {
  await tx.instance.updateMany({ where: { id }, data: { ...change.columns, ...extra, updatedAt: new Date() } });
}

/** Whether a text has the form of a UUID; what has not cannot be the id of anything, and PostgreSQL would refuse it. */
export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text);
}

function toRow(row: Instance & { host: { name: string; availabilityZone: string } | null }): InstanceRow {
  const { host, ...instance } = row;
  return { ...instance, hostName: host?.name ?? null, hostZone: host?.availabilityZone ?? null };
}
