import type { Event, Prisma } from './generated/client.ts';
import type { Store, Transaction } from './open-store.ts';

export type NewEvent = { kind: string; projectId?: string; subjectId: string; data?: Prisma.InputJsonObject };

/** Where each transaction that records events is announced, at its commit. */
export const eventsChannel = 'novadock_events';

// Transactions get their number when they first write and end in any order, so the number of an event says nothing about what is still to come.
// What was written before the oldest transaction that still runs is complete, and in the order (xid, id) all later events come after it.
const settled = `e.xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint AND e.xid >= 0`;

/** Adds an event to what `tx` does and announces it: both happen at its commit, or neither. */
export async function recordEvent(tx: Transaction, { kind, projectId, subjectId, data = {} }: NewEvent): Promise<void> {
  await tx.$executeRaw`
    WITH added AS (
      INSERT INTO "Event" ("kind", "projectId", "subjectId", "data") VALUES (${kind}, ${projectId ?? null}, ${subjectId}, ${JSON.stringify(data)}::jsonb) RETURNING 1)
    SELECT pg_notify(${eventsChannel}, '') FROM added`;
}

/** Whether a request with this claim recorded an event of the subject. */
export async function hasEventOfClaim(tx: Transaction, { subjectId, claimId }: { subjectId: string; claimId: string }): Promise<boolean> {
  const rows = await tx.$queryRaw<object[]>`SELECT 1 FROM "Event" WHERE "subjectId" = ${subjectId} AND data->>'claimId' = ${claimId} LIMIT 1`;
  return rows.length > 0;
}

/**
 * The events after the one numbered `afterId` (0n: all that are kept), in the one order in which no event ever turns up before another that was
 * read already: by transaction, in which ids may step back. Continue after the id of the last one. An event shows once all transactions that
 * began to write before its own have ended, so it may come a moment after its announcement: read again without one, too. `kind` is a kind,
 * or the part of one before its dot.
 */
export async function readEvents(store: Store, { afterId, projectId, subjectId, kind, limit = 100 }: { afterId: bigint; projectId?: string; subjectId?: string; kind?: string; limit?: number }): Promise<Event[]> {
  const values: unknown[] = [String(afterId), limit];
  const where = [`(e.xid, e.id) > (COALESCE((SELECT xid FROM "Event" WHERE id = $1), 0), $1)`, settled];
  const add = (value: string | undefined, condition: (parameter: string) => string) => value !== undefined && where.push(condition(`$${values.push(value)}::text`));
  add(projectId, (project) => `e."projectId" = ${project}`);
  add(subjectId, (subject) => `e."subjectId" = ${subject}`);
  add(kind, (name) => `(e.kind = ${name} OR starts_with(e.kind, ${name} || '.'))`);
  // Through the pool, not Prisma: each subscriber's wake reads.
  const text = `SELECT e.* FROM "Event" e WHERE ${where.join(' AND ')} ORDER BY e.xid, e.id LIMIT $2`;
  const { rows } = await store.pool.query<Event & { id: string; xid: string }>({ name: `read-events ${[projectId && 'project', subjectId && 'subject', kind && 'kind'].join()}`, text, values });
  return rows.map((row) => ({ ...row, id: BigInt(row.id), xid: BigInt(row.xid) }));
}

/** The id after which `readEvents` gives what cannot be read yet, and nothing else; 0n where there are no events. */
export async function lastEventId(store: Store): Promise<bigint> {
  const { rows } = await store.pool.query<{ id: string }>(`SELECT e.id FROM "Event" e WHERE ${settled} ORDER BY e.xid DESC, e.id DESC LIMIT 1`);
  return BigInt(rows[0]?.id ?? 0);
}

/** The newest event of a kind on a subject. */
export async function lastEventOf(store: Store, where: { subjectId: string; kind: string }): Promise<Event | undefined> {
  return (await store.prisma.event.findFirst({ where, orderBy: { id: 'desc' } })) ?? undefined;
}

/** Where an event stands in the order of `readEvents`; what is not kept stands before all that is. */
export async function eventPosition(store: Store, id: bigint): Promise<Pick<Event, 'xid' | 'id'>> {
  return (await store.prisma.event.findUnique({ where: { id }, select: { xid: true, id: true } })) ?? { xid: 0n, id };
}

/** Makes events readable that a dump brought along from another server, whose transactions were counted differently. */
export async function adoptRestoredEvents(store: Store): Promise<void> {
  await store.prisma.$executeRaw`UPDATE "Event" SET "xid" = 0 WHERE "xid" >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint AND "xid" >= 0`;
}
