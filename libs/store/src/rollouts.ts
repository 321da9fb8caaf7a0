import type { Prisma, Rollout } from './generated/client.ts';
import type { NewEvent } from './events.ts';
import { eventsChannel } from './events.ts';
import type { Store, Transaction } from './open-store.ts';

/** Where it is announced that a rollout may have something to do; the payload is its number, or empty: any. */
export const rolloutsChannel = 'novadock_rollouts';

/** States of a host task in which a rollout holds the host, with `failed` while it is touched: the index RolloutHost_inFlight_key has the same. */
export const heldStates = ['assigned', 'precheck', 'staging', 'cordoned', 'draining', 'applying', 'restarting', 'verifying', 'reverting'];

export type NewRollout = Prisma.RolloutUncheckedCreateInput;
export type RolloutChange = Prisma.RolloutUncheckedUpdateInput;

/** The number that the next rollout has; nobody else takes it before `tx` ends. */
export async function nextRolloutNumber(tx: Transaction): Promise<number> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended('rollouts', 0))`;
  return ((await tx.rollout.aggregate({ _max: { number: true } }))._max.number ?? 0) + 1;
}

export function insertRollout(tx: Transaction, data: NewRollout): Promise<Rollout> {
  return tx.rollout.create({ data });
}

export function findRollout(db: Store['prisma'] | Transaction, where: { number: number } | { id: string }): Promise<Rollout | null> {
  return db.rollout.findUnique({ where: 'number' in where ? { number: where.number } : { id: where.id } });
}

/** A rollout, and nobody else changes it or its hosts before `tx` ends. With `skip` undefined also where someone else has it. */
export async function lockRollout(tx: Transaction, number: number, options: { skip?: boolean } = {}): Promise<Rollout | undefined> {
  const locked = options.skip === true
    ? await tx.$queryRaw<object[]>`SELECT 1 FROM "Rollout" WHERE number = ${number} FOR NO KEY UPDATE SKIP LOCKED`
    : await tx.$queryRaw<object[]>`SELECT 1 FROM "Rollout" WHERE number = ${number} FOR NO KEY UPDATE`;
  // Read only now: what the last one to hold it wrote.
  return locked.length === 0 ? undefined : ((await findRollout(tx, { number })) ?? undefined);
}

export async function updateRollout(tx: Transaction, number: number, data: RolloutChange): Promise<void> {
  await tx.rollout.update({ where: { number }, data: { ...data, version: { increment: 1 } } });
}

/** The one clock that all replicas go by. */
export async function databaseNow(tx: Transaction): Promise<number> {
  const [row] = await tx.$queryRaw<{ now: Date }[]>`SELECT clock_timestamp() AS now`;
  return row?.now.getTime() ?? Date.now();
}

/** A page of rollouts, newest first, older than `before`. */
export function listRolloutRows(store: Store, { state, before, limit }: { state?: string; before?: number; limit: number }): Promise<Rollout[]> {
  return store.prisma.rollout.findMany({ where: { state, ...(before === undefined ? {} : { number: { lt: before } }) }, orderBy: { number: 'desc' }, take: limit });
}

/** The rollouts that go on by themselves, or have hosts in flight, to catch up on, or to keep from serving while they are paused. */
export async function activeRollouts(store: Store): Promise<number[]> {
  const { rows } = await store.pool.query<{ number: number }>({
    name: 'active-rollouts',
    text: `SELECT r.number FROM "Rollout" r WHERE r.state IN ('running', 'rolling_back') OR (r.state = 'paused' AND (r.reason = 'window' OR r.strict))
      OR EXISTS (SELECT 1 FROM "RolloutHost" h WHERE h.rollout = r.number AND (h.state = ANY($1) OR h.cordoned OR (h.state = 'failed' AND h.touched)))
      OR (r.state = 'succeeded' AND r."supersededBy" IS NULL AND EXISTS (SELECT 1 FROM "RolloutHost" h WHERE h.rollout = r.number AND (h.state = 'pending' OR h.skipped IN ('offline', 'locked'))))
      OR (r.state = 'rolled_back' AND r."supersededBy" IS NULL AND EXISTS (SELECT 1 FROM "RolloutHost" h WHERE h.rollout = r.number AND h.touched AND h.state <> 'revert_failed'
        AND NOT EXISTS (SELECT 1 FROM "RolloutHost" n JOIN "Rollout" later ON later.number = n.rollout WHERE n."hostId" = h."hostId" AND n.touched AND (later."startedAt", later.number) > (r."startedAt", r.number))))
      ORDER BY r.number`,
    values: [heldStates],
  });
  return rows.map(({ number }) => number);
}

/** Nobody else starts a rollout before `tx` ends: of two with the same hosts one sees the other (R9). To be taken before any row is locked. */
export async function lockStarts(tx: Transaction): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended('rollout-starts', 0))`;
}

/** Other rollouts that were started, are not superseded yet, and have some of the hosts `moved`, or with another target of `had`; in their order, so that locking them cannot deadlock. */
export async function rolloutsWithHosts(tx: Transaction, { number, target }: Pick<Rollout, 'number' | 'target'>, { moved, had }: { moved: string[]; had: string[] }): Promise<number[]> {
  const rows = await tx.$queryRaw<{ number: number }[]>`
    SELECT DISTINCT r.number FROM "Rollout" r JOIN "RolloutHost" h ON h.rollout = r.number
    WHERE r.number <> ${number} AND r."supersededBy" IS NULL AND r."startedAt" IS NOT NULL
      AND ((r.target <> ${target} AND h."hostId" = ANY(${had}::uuid[])) OR h."hostId" = ANY(${moved}::uuid[])) ORDER BY 1`;
  return rows.map((row) => row.number);
}

/** Adds events in the order given, in one statement, and announces them at the commit. */
export async function recordEvents(tx: Transaction, events: NewEvent[]): Promise<void> {
  if (events.length === 0) return;
  const rows = JSON.stringify(events.map(({ kind, subjectId, data = {} }) => ({ kind, subjectId, data })));
  await tx.$executeRaw`
    WITH added AS (
      INSERT INTO "Event" ("kind", "subjectId", "data") SELECT e.kind, e."subjectId", e.data
      FROM ROWS FROM (jsonb_to_recordset(${rows}::jsonb) AS (kind text, "subjectId" text, data jsonb)) WITH ORDINALITY AS e(kind, "subjectId", data, place) ORDER BY place RETURNING 1)
    SELECT pg_notify(${eventsChannel}, '') FROM added LIMIT 1`;
}

export type RolloutCount = { rollout: number; wave: number | null; state: string; skipped: string | null; failed: boolean; touched: boolean; behind: boolean; hosts: number; disturbed: number };

/** The hosts of rollouts, counted by what they have come to. */
export async function countRolloutHosts(store: Store, rollouts: number[]): Promise<RolloutCount[]> {
  const { rows } = await store.pool.query<RolloutCount>({
    name: 'count-rollout-hosts',
    text: `SELECT t.rollout, t.wave, t.state, t.skipped, t.failure IS NOT NULL AS failed, t.touched, (t."catchUp" AND h.up) AS behind, count(*)::int AS hosts, sum(t.disturbed)::int AS disturbed
      FROM "RolloutHost" t JOIN "Host" h ON h.id = t."hostId" WHERE t.rollout = ANY($1) GROUP BY 1, 2, 3, 4, 5, 6, 7`,
    values: [rollouts],
  });
  return rows;
}

const underWay = `'running', 'paused', 'rolling_back', 'rollback_paused'`;

export type RolloutTotals = {
  states: { state: string; hosts: number; disturbed: number }[];
  failures: { code: string; hosts: number }[];
  /** Of the oldest plan. */
  planAgeSeconds: number;
};

/** What metrics tell of the rollouts that are under way, and of the hosts that others are still at work on after their end. */
export async function rolloutTotals(store: Store): Promise<RolloutTotals> {
  const under = `FROM "RolloutHost" h JOIN "Rollout" r ON r.number = h.rollout WHERE (r.state IN (${underWay}) OR h.state = ANY($1) OR (h.state = 'failed' AND h.touched))`;
  const values = [heldStates];
  const [states, failures, plans] = await Promise.all([
    store.pool.query<RolloutTotals['states'][number]>({ name: 'rollout-totals', text: `SELECT h.state, count(*)::int AS hosts, sum(h.disturbed)::int AS disturbed ${under} GROUP BY 1`, values }),
    store.pool.query<{ code: string; hosts: number }>({ name: 'rollout-failures', text: `SELECT COALESCE(h.error->>'code', 'UNEXPLAINED') AS code, count(*)::int AS hosts ${under} AND h.failure IS NOT NULL GROUP BY 1`, values }),
    store.pool.query<{ seconds: number }>({ name: 'rollout-plan-age', text: `SELECT COALESCE(extract(epoch FROM now() - min(r."createdAt")), 0)::float AS seconds FROM "Rollout" r WHERE r.state IN (${underWay})` }),
  ]);
  return { states: states.rows, failures: failures.rows, planAgeSeconds: plans.rows[0]?.seconds ?? 0 };
}
