import type { StatusChange } from '@novadock/model';
import { eventsChannel, type NewEvent } from './events.ts';
import type { Instance, Prisma } from './generated/client.ts';
import type { NewAction } from './instance-actions.ts';
import type { Store, Transaction } from './open-store.ts';

/** An instance with the name and the availability zone of its host. */
export type InstanceRow = Instance & { hostName: string | null; hostZone: string | null };

export type NewInstance = Omit<Prisma.InstanceUncheckedCreateInput, 'id'> & { id: string };

/** An instance's first action and event, which come with it. */
export type NewInstanceNotes = { action: Omit<NewAction, 'instanceId' | 'generation'> & { result?: string; message?: string }; event: Omit<NewEvent, 'subjectId'> };

/** Inserts an instance with its create action and its event, in one statement: a boot waits for it. Part of the transaction that claims its host and ports. */
export async function insertInstance(tx: Transaction, row: NewInstance, { action, event }: NewInstanceNotes): Promise<Instance> {
  const finishedAt = action.result === undefined ? null : new Date();
  const columns = JSON.stringify({ createdAt: new Date(), updatedAt: new Date(), tags: [], restarts: 0, restartHard: false, generation: 1, observedGeneration: 0, observedRestarts: 0, oomKilled: false, failed: false, locked: false, configDrive: false, launchIndex: 0, metadata: {}, ...row });
  const [inserted] = await tx.$queryRaw<Instance[]>`
    WITH instance AS (
      INSERT INTO "Instance" SELECT (jsonb_populate_record(NULL::"Instance", ${columns}::jsonb || jsonb_build_object('number', nextval('"Instance_number_seq"')))).* RETURNING *),
    action AS (
      INSERT INTO "InstanceAction" ("instanceId", action, "requestId", "userId", "projectId", generation, result, message, "finishedAt")
      SELECT instance.id, ${action.action}, ${action.requestId}, ${action.userId}, ${action.projectId}, 1, ${action.result ?? null}, ${action.message ?? null}, ${finishedAt}::timestamptz FROM instance),
    event AS (
      INSERT INTO "Event" (kind, "projectId", "subjectId", data) SELECT ${event.kind}, ${event.projectId ?? null}, instance.id::text, ${JSON.stringify(event.data ?? {})}::jsonb FROM instance RETURNING pg_notify(${eventsChannel}, ''))
    SELECT instance.* FROM instance, event`;
  return inserted as Instance;
}

/** An instance that is not deleted, of any project; undefined when there is none. */
export async function findInstance(store: Store, id: string, options: { deleted?: boolean } = {}): Promise<InstanceRow | undefined> {
  if (!isUuid(id)) return undefined;
  const found = await store.pool.query<InstanceRow>({
    name: 'find-instance',
    text: `SELECT i.*, h.name AS "hostName", h."availabilityZone" AS "hostZone" FROM "Instance" i LEFT JOIN "Host" h ON h.id = i."hostId" WHERE i.id = $1 AND (i."deletedAt" IS NULL OR $2)`,
    values: [id, options.deleted === true],
  });
  return found.rows[0];
}

/** The same, and nobody else changes it before `tx` ends. */
export async function lockInstance(tx: Transaction, id: string): Promise<InstanceRow | undefined> {
  if (!isUuid(id)) return undefined;
  const [row] = await tx.$queryRaw<InstanceRow[]>`
    SELECT i.*, h.name AS "hostName", h."availabilityZone" AS "hostZone" FROM "Instance" i LEFT JOIN "Host" h ON h.id = i."hostId" WHERE i.id = ${id}::uuid AND i."deletedAt" IS NULL FOR UPDATE OF i`;
  return row;
}

/** The instances of a reservation in the order of their making; without `deleted` those that are there. */
export function findReservation(tx: Transaction, { projectId, reservationId, deleted }: { projectId: string; reservationId: string; deleted: boolean }): Promise<Instance[]> {
  return tx.instance.findMany({ where: { projectId, reservationId, ...(deleted ? {} : { deletedAt: null }) }, orderBy: { launchIndex: 'asc' } });
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

/** What goes with a change of status: the instance's end, why it failed, how its actions ended, and the event. */
export type StatusNotes = { fault?: Prisma.InputJsonObject; result?: { result: string; message: string | null }; event?: Omit<NewEvent, 'subjectId'> };

/** Writes the status columns of an instance, ends the actions that this ends and records the event, in one statement; no use case but record-statuses may. */
export async function writeStatus(tx: Transaction, id: string, change: StatusChange, { fault, result, event }: StatusNotes): Promise<void> {
  const c = change.columns;
  await tx.$executeRaw`
    WITH instance AS (
      UPDATE "Instance" SET "observedPower" = ${c.observedPower}, "observedGeneration" = ${c.observedGeneration}, "observedRestarts" = ${c.observedRestarts}, "containerId" = ${c.containerId}, "exitCode" = ${c.exitCode},
        "oomKilled" = ${c.oomKilled}, "startedAt" = ${c.startedAt}::timestamptz, "finishedAt" = ${c.finishedAt}::timestamptz, "launchedAt" = ${c.launchedAt}::timestamptz, failed = ${c.failed},
        fault = coalesce(${fault === undefined ? null : JSON.stringify(fault)}::jsonb, fault), task = CASE WHEN ${result !== undefined} THEN NULL ELSE task END,
        "deletedAt" = CASE WHEN ${change.deleted === true} THEN now() END, "updatedAt" = now()
      WHERE id = ${id}::uuid RETURNING id, generation),
    action AS (
      UPDATE "InstanceAction" a SET result = ${result?.result ?? null}, message = ${result?.message ?? null}, "finishedAt" = now() FROM instance
      WHERE ${result !== undefined} AND a."instanceId" = instance.id AND a.generation <= instance.generation AND a."finishedAt" IS NULL),
    event AS (
      INSERT INTO "Event" (kind, "projectId", "subjectId", data) SELECT ${event?.kind ?? ''}, ${event?.projectId ?? null}, instance.id::text, ${JSON.stringify(event?.data ?? {})}::jsonb FROM instance WHERE ${event !== undefined} RETURNING id)
    SELECT pg_notify(${eventsChannel}, '') FROM event`;
}

/** Whether a text has the form of a UUID; what has not cannot be the id of anything, and PostgreSQL would refuse it. */
export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text);
}
