import { Prisma, type RolloutHost, type SetupRun } from './generated/client.ts';
import { eventsChannel } from './events.ts';
import { heldStates } from './rollouts.ts';
import type { Store, Transaction } from './open-store.ts';

export type InstanceSeen = { id: string; containerId: string | null; startedAt: string | null; generation: number };

/** A host as rollouts look at it, and its part in the one that is asked for. */
export type RolloutHostRow = {
  hostId: string;
  name: string;
  zone: string;
  excluded: boolean;
  up: boolean;
  upChangedAt: Date;
  ready: boolean;
  readyChangedAt: Date;
  epoch: bigint;
  liveRestore: boolean | null;
  engineVersion: string | null;
  agentVersion: string | null;
  operatingSystem: string | null;
  architecture: string | null;
  /** A replica that is alive commands it. */
  owned: boolean;
  profile: string | null;
  revision: number | null;
  /** Of the revision that it is on; null: none that is known. */
  hash: string | null;
  instances: number;
  locked: boolean;
  /** Another rollout that holds it. */
  heldBy: number | null;
  /** The last of the rollouts that were started after this one and have the host. */
  takenBy: number | null;
  unfinishedRun: string | null;
  leaving: boolean;
  /** Null: it has none in this rollout. */
  task: RolloutHost | null;
};

/** Which hosts: all of these labels; of these names or ids, where there are any; `exclude` are named as excluded. */
export type HostSelection = { labels: Record<string, string>; hosts: string[]; exclude: string[] };

/** The hosts of a rollout in its order, and with `selection` those after them that it selects and that have no part in it. Of `rollout` 0, only the latter. */
export async function readRolloutHosts(db: Store['prisma'] | Transaction, rollout: number, selection: HostSelection | undefined): Promise<RolloutHostRow[]> {
  const { labels, hosts, exclude } = selection ?? { labels: {}, hosts: [], exclude: [] };
  const selected = selection === undefined ? Prisma.sql`false` : Prisma.sql`
    h."revokedAt" IS NULL AND h."forgettingAt" IS NULL AND (h.labels || jsonb_build_object('zone', h."availabilityZone")) @> ${JSON.stringify(labels)}::jsonb
    AND (cardinality(${hosts}::text[]) = 0 OR h.name = ANY(${hosts}::text[]) OR h.id::text = ANY(${hosts}::text[]))`;
  const rows = await db.$queryRaw<(Omit<RolloutHostRow, 'task'> & { task: JsonTask | null })[]>`
    SELECT h.id AS "hostId", h.name, h."availabilityZone" AS zone, (h.name = ANY(${exclude}::text[]) OR h.id::text = ANY(${exclude}::text[])) AS excluded,
      h.up AND h."revokedAt" IS NULL AS up, h."upChangedAt", h.ready, h."readyChangedAt", h.epoch, (h.facts->'engine'->>'liveRestore')::boolean AS "liveRestore",
      h.facts->'engine'->>'version' AS "engineVersion", h.facts->>'agentVersion' AS "agentVersion",
      h.facts->>'operatingSystem' AS "operatingSystem", h.facts->>'architecture' AS architecture, COALESCE(h."leaseUntil" > now(), false) AS owned,
      NULLIF(h.facts->'setup'->>'profile', '') AS profile, (h.facts->'setup'->>'revision')::int AS revision, p.hash,
      COALESCE(i.running, 0)::int AS instances, COALESCE(i.locked, false) AS locked, o.rollout AS "heldBy", n.number AS "takenBy", s.id::text AS "unfinishedRun",
      h."forgettingAt" IS NOT NULL OR h."revokedAt" IS NOT NULL AS leaving, CASE WHEN t.rollout IS NULL THEN NULL ELSE to_jsonb(t) END AS task
    FROM "Host" h
    LEFT JOIN "RolloutHost" t ON t."hostId" = h.id AND t.rollout = ${rollout}
    LEFT JOIN "HostProfile" p ON p.name = h.facts->'setup'->>'profile' AND p.revision = (h.facts->'setup'->>'revision')::int
    LEFT JOIN (SELECT "hostId", count(*) FILTER (WHERE "observedPower" IN ('running', 'paused')) AS running, bool_or(locked) AS locked
      FROM "Instance" WHERE "deletedAt" IS NULL AND "hostId" IS NOT NULL GROUP BY 1) i ON i."hostId" = h.id
    LEFT JOIN "RolloutHost" o ON o."hostId" = h.id AND o.rollout <> ${rollout} AND (o.state = ANY(${heldStates}::text[]) OR (o.state = 'failed' AND o.touched))
    LEFT JOIN (${takenHosts(rollout)}) n ON n."hostId" = h.id
    LEFT JOIN "SetupRun" s ON s."hostId" = h.id AND s."finishedAt" IS NULL
    WHERE t.rollout IS NOT NULL OR (${selected}) ORDER BY t.position, h.number`;
  return rows.map((row) => ({ ...row, task: row.task === null ? null : toTask(row.task) }));
}

/**
 * R9: hosts that rollouts which were started after `rollout` have, with the last of these: what they bring to their target, or found there where it is another one. One that is aborted,
 * superseded, rolled back, or takes nothing over (a rehearsal) has only what it has changed and what it has in flight.
 */
function takenHosts(rollout: number): Prisma.Sql {
  return Prisma.sql`
    SELECT t2."hostId", (array_agg(later.number ORDER BY later."startedAt" DESC, later.number DESC))[1] AS number
    FROM "Rollout" mine JOIN "Rollout" later ON (later."startedAt", later.number) > (mine."startedAt", mine.number) JOIN "RolloutHost" t2 ON t2.rollout = later.number
    WHERE mine.number = ${rollout} AND t2.skipped IS DISTINCT FROM 'excluded' AND (t2.wave IS NOT NULL OR (t2.skipped = 'already' AND later.target <> mine.target))
      AND (t2.touched OR t2.state = ANY(${heldStates}::text[])
        OR (later.state NOT IN ('aborted', 'superseded', 'rolled_back') AND later."supersededBy" IS NULL AND (later.strategy->>'supersede')::boolean IS NOT FALSE))
    GROUP BY 1`;
}

type JsonTask = Omit<RolloutHost, 'stateAt' | 'assignedAt' | 'resultAt' | 'listedAt' | 'epoch'> & { stateAt: string; assignedAt: string; resultAt: string; listedAt: string | null; epoch: number };

function toTask(row: JsonTask): RolloutHost {
  const { stateAt, assignedAt, resultAt, listedAt, epoch, ...same } = row;
  return { ...same, stateAt: new Date(stateAt), assignedAt: new Date(assignedAt), resultAt: new Date(resultAt), listedAt: listedAt === null ? null : new Date(listedAt), epoch: BigInt(epoch) };
}

/** What a host task is written with: the columns of its row. */
export type RolloutHostWrite = Omit<RolloutHost, 'rollout' | 'listedAt' | 'epoch' | 'error' | 'previousProfile' | 'ranBefore'> & { epoch: number; error: unknown; previousProfile: unknown };

/** Writes host tasks whole, new ones as well, in one statement. */
export async function writeRolloutHosts(tx: Transaction, rollout: number, hosts: RolloutHostWrite[]): Promise<void> {
  if (hosts.length === 0) return;
  const rows = JSON.stringify(hosts.map((host) => ({ ...host, rollout, ranBefore: [] })));
  await tx.$executeRaw`
    INSERT INTO "RolloutHost" SELECT * FROM jsonb_populate_recordset(NULL::"RolloutHost", ${rows}::jsonb)
    ON CONFLICT (rollout, "hostId") DO UPDATE SET wave = excluded.wave, state = excluded.state, "stateAt" = excluded."stateAt", skipped = excluded.skipped, attempt = excluded.attempt,
      epoch = excluded.epoch, "assignedAt" = excluded."assignedAt", "resultAt" = excluded."resultAt", failure = excluded.failure, acknowledged = excluded.acknowledged, error = excluded.error,
      touched = excluded.touched, previous = excluded.previous, cordoned = excluded.cordoned, "catchUp" = excluded."catchUp", disturbed = excluded.disturbed, "previousProfile" = excluded."previousProfile"`;
}

/** Notes what runs on hosts that are about to be changed, to be compared with what runs there afterwards (R8). */
export async function noteWhatRuns(tx: Transaction, rollout: number, hostIds: string[]): Promise<void> {
  await tx.$executeRaw`
    UPDATE "RolloutHost" t SET "listedAt" = NULL, "ranBefore" = COALESCE((
      SELECT jsonb_agg(jsonb_build_object('id', i.id, 'containerId', i."containerId", 'startedAt', i."startedAt", 'generation', i.generation)) FROM "Instance" i
      WHERE i."hostId" = t."hostId" AND i."deletedAt" IS NULL AND i."observedPower" IN ('running', 'paused') AND i."observedGeneration" = i.generation), '[]')
    WHERE t.rollout = ${rollout} AND t."hostId" = ANY(${hostIds}::uuid[])`;
}

/**
 * How many of the instances that ran on each host before are not the same containers, or not the same starts of them, any more, though nobody asked for it: one that was lost and
 * started again has a higher generation as well, but no action.
 */
export async function countDisturbed(tx: Transaction, rollout: number, hostIds: string[]): Promise<Map<string, number>> {
  const rows = await tx.$queryRaw<{ hostId: string; disturbed: number }[]>`
    SELECT t."hostId", count(*)::int AS disturbed FROM "RolloutHost" t, jsonb_to_recordset(t."ranBefore") AS b(id uuid, "containerId" text, "startedAt" timestamptz, generation int), "Instance" i
    WHERE t.rollout = ${rollout} AND t."hostId" = ANY(${hostIds}::uuid[]) AND i.id = b.id AND i."deletedAt" IS NULL
      AND NOT EXISTS (SELECT 1 FROM "InstanceAction" a WHERE a."instanceId" = i.id AND a.generation > b.generation)
      AND (i."observedPower" NOT IN ('running', 'paused') OR i."observedPower" IS NULL OR i."containerId" IS DISTINCT FROM b."containerId" OR i."startedAt" IS DISTINCT FROM b."startedAt")
    GROUP BY 1`;
  return new Map(rows.map((row) => [row.hostId, row.disturbed]));
}

/** Notes that a host has told all that runs on it, where a rollout waits for that. */
export async function noteListed(store: Store, hostId: string, listedAt: Date): Promise<boolean> {
  const { rowCount } = await store.pool.query({ name: 'note-listed', text: `UPDATE "RolloutHost" SET "listedAt" = $2 WHERE "hostId" = $1 AND state IN ('applying', 'restarting', 'reverting')`, values: [hostId, listedAt] });
  return rowCount !== 0;
}

/** Keeps new instances away from hosts that take them, and says why; those that are disabled already stay as they are. Gives the names of those that it closed. */
export function cordonHosts(tx: Transaction, hostIds: string[], reason: string): Promise<{ id: string; name: string }[]> {
  return tx.$queryRaw<{ id: string; name: string }[]>`UPDATE "Host" SET enabled = false, "disabledReason" = ${reason} WHERE id = ANY(${hostIds}::uuid[]) AND enabled RETURNING id, name`;
}

/** Takes that back where it is still for that reason: what an operator ordered before or since stays. */
export function uncordonHosts(tx: Transaction, hostIds: string[], reason: string): Promise<{ id: string; name: string }[]> {
  return tx.$queryRaw<{ id: string; name: string }[]>`UPDATE "Host" SET enabled = true, "disabledReason" = NULL WHERE id = ANY(${hostIds}::uuid[]) AND NOT enabled AND "disabledReason" = ${reason} RETURNING id, name`;
}

export type SetupReport = Pick<SetupRun, 'id' | 'hostId' | 'startedAt' | 'finishedAt' | 'ended' | 'steps'>;

/** Those of the runs that there are. */
export function findSetupReports(tx: Transaction, ids: string[]): Promise<SetupReport[]> {
  return tx.setupRun.findMany({ where: { id: { in: ids } }, select: { id: true, hostId: true, startedAt: true, finishedAt: true, ended: true, steps: true } });
}

/** The last of what a run printed. */
export async function readLogTail(tx: Transaction, runId: string): Promise<string> {
  const rows = await tx.$queryRaw<{ text: string }[]>`SELECT data->'output'->>'text' AS text FROM "SetupEntry" WHERE "runId" = ${runId}::uuid AND data ? 'output' ORDER BY seq DESC LIMIT 20`;
  return rows.map(({ text }) => text).reverse().join('').split('\n').slice(-20).join('\n').slice(-4000);
}

export type OrderedRun = { id: string; hostId: string; kind: string; profile: unknown; finishedAt: Date | null; ended: unknown };

/** Adds runs that are not there yet, but for hosts that have another one to do; gives the ids of those that were added. */
export async function addSetupRuns(tx: Transaction, runs: OrderedRun[], by: { requestId: string; userId: string }): Promise<{ id: string; hostId: string }[]> {
  if (runs.length === 0) return [];
  return tx.$queryRaw<{ id: string; hostId: string }[]>`
    INSERT INTO "SetupRun" (id, "hostId", kind, profile, "requestId", "userId", "finishedAt", ended)
    SELECT id, "hostId", kind, NULLIF(profile, 'null'::jsonb), ${by.requestId}, ${by.userId}, "finishedAt", NULLIF(ended, 'null'::jsonb)
    FROM jsonb_to_recordset(${JSON.stringify(runs)}::jsonb) AS r(id uuid, "hostId" uuid, kind text, profile jsonb, "finishedAt" timestamptz, ended jsonb)
    ON CONFLICT DO NOTHING RETURNING id::text, "hostId"::text`;
}

/** The rollout that has a host in flight, if any. */
export async function rolloutHolding(tx: Transaction, hostId: string): Promise<number | undefined> {
  const held = await tx.rolloutHost.findFirst({ where: { hostId, OR: [{ state: { in: heldStates } }, { state: 'failed', touched: true }] }, select: { rollout: true } });
  return held?.rollout;
}

/** Writes down whether a host answers its owner, who has it under `epoch`, and an event where that is new; true then. A former owner changes nothing. */
export async function recordHostUp(store: Store, { id, epoch }: { id: string; epoch: number }, up: boolean): Promise<boolean> {
  const { rowCount } = await store.pool.query({
    name: 'host-up',
    text: `WITH changed AS (UPDATE "Host" SET up = $2, "upChangedAt" = now() WHERE id = $1 AND epoch = $3 AND up <> $2 RETURNING id, name),
        event AS (INSERT INTO "Event" (kind, "subjectId", data) SELECT CASE WHEN $2 THEN 'host.up' ELSE 'host.down' END, id::text, jsonb_build_object('name', name) FROM changed RETURNING 1)
      SELECT pg_notify('${eventsChannel}', '') FROM event`,
    values: [id, up, epoch],
  });
  return rowCount === 1;
}
