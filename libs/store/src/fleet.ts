import type { StatusColumns } from '@novadock/model';
import type { InstanceRow } from './instances.ts';
import type { Store } from './open-store.ts';
import type { Rollout } from './generated/client.ts';

/** A host as the whole fleet is looked at: little enough for thousands of them. */
export type FleetHost = {
  id: string;
  name: string;
  up: boolean;
  upChangedAt: Date;
  ready: boolean;
  readyChangedAt: Date;
  engineReason: string | null;
  enabled: boolean;
  /** A rollout keeps new instances away from it. */
  cordoned: boolean;
  revoked: boolean;
  leaving: boolean;
  lastSeenAt: Date | null;
  /** Empty: none. */
  profile: string;
  checkedAtMs: number;
  /** The steps of its profile that are not as they are to be any more. */
  faults: { name: string; title: string; ok: boolean; detail: string }[];
};

export async function listFleetHosts(store: Store): Promise<FleetHost[]> {
  const { rows } = await store.pool.query<FleetHost>({
    name: 'fleet-hosts',
    text: `SELECT h.id, h.name, h.up AND h."revokedAt" IS NULL AS up, h."upChangedAt", h.ready, h."readyChangedAt", h.facts->'engine'->>'reason' AS "engineReason", h.enabled,
        NOT h.enabled AND EXISTS (SELECT 1 FROM "RolloutHost" t WHERE t."hostId" = h.id AND t.cordoned) AS cordoned,
        h."revokedAt" IS NOT NULL AS revoked, h."forgettingAt" IS NOT NULL AS leaving, h."lastSeenAt",
        COALESCE(h.facts->'setup'->>'profile', '') AS profile, COALESCE((h.facts->'setup'->>'checkedAtMs')::float8, 0) AS "checkedAtMs",
        jsonb_path_query_array(h.facts, '$.setup.steps[*] ? (@.ok == false)') AS faults
      FROM "Host" h ORDER BY h.number`,
  });
  return rows;
}

export type InstanceGroup = StatusColumns & { instances: number };

/** The instances that are not deleted, counted by all that their status depends on. */
export async function countInstancesByStatus(store: Store): Promise<InstanceGroup[]> {
  const { rows } = await store.pool.query<InstanceGroup>({
    name: 'fleet-instances',
    text: `SELECT power, 1 AS generation, ("observedGeneration" >= generation)::int AS "observedGeneration", "observedPower", task, min("hostId"::text) AS "hostId", min("launchedAt") AS "launchedAt", failed, NULL AS "deletedAt", count(*)::int AS instances
      FROM "Instance" WHERE "deletedAt" IS NULL GROUP BY power, 3, "observedPower", task, "hostId" IS NULL, "launchedAt" IS NULL, failed`,
  });
  return rows;
}

/** Instances that never came up, or were lost; the newest first. */
export async function listFailedInstances(store: Store, limit: number): Promise<InstanceRow[]> {
  const { rows } = await store.pool.query<InstanceRow>({
    name: 'fleet-failed-instances',
    text: `SELECT i.*, h.name AS "hostName", h."availabilityZone" AS "hostZone" FROM "Instance" i LEFT JOIN "Host" h ON h.id = i."hostId"
      WHERE i."deletedAt" IS NULL AND (i.failed OR (i."launchedAt" IS NOT NULL AND COALESCE(i."observedPower", 'absent') = 'absent')) ORDER BY i."createdAt" DESC, i.id DESC LIMIT $1`,
    values: [limit],
  });
  return rows;
}

export type FailedRolloutHost = { hostId: string; name: string; rollout: number; state: string; failure: string; error: { code: string; step: string; message: string; logTail: string } | null; resultAt: Date };

/** Hosts whose last attempt of their newest rollout failed, unless they have its target since then, or the rollout was given up and left them as they were. Last failed first. */
export async function listFailedRolloutHosts(store: Store): Promise<FailedRolloutHost[]> {
  const { rows } = await store.pool.query<FailedRolloutHost>({
    name: 'fleet-failed-rollout-hosts',
    text: `SELECT t."hostId", h.name, t.rollout, t.state, t.failure, t.error, t."resultAt" FROM "RolloutHost" t
        JOIN "Rollout" r ON r.number = t.rollout JOIN "Host" h ON h.id = t."hostId"
        LEFT JOIN "HostProfile" p ON p.name = h.facts->'setup'->>'profile' AND p.revision = (h.facts->'setup'->>'revision')::int
      WHERE t.failure IS NOT NULL AND h."revokedAt" IS NULL AND p.hash IS DISTINCT FROM r.target
        AND (t.state = 'revert_failed' OR r.state NOT IN ('aborted', 'rolled_back', 'superseded'))
        AND NOT EXISTS (SELECT 1 FROM "RolloutHost" n JOIN "Rollout" nr ON nr.number = n.rollout WHERE n."hostId" = t."hostId" AND n.rollout > t.rollout AND nr."startedAt" IS NOT NULL)
      ORDER BY t."resultAt" DESC, h.number`,
  });
  return rows;
}

/** How many hosts were away at their turn in a rollout, are back, and still serve on what they had. */
export async function countBehind(store: Store): Promise<number> {
  const { rows } = await store.pool.query<{ hosts: number }>({
    name: 'fleet-behind',
    text: `SELECT count(DISTINCT t."hostId")::int AS hosts FROM "RolloutHost" t
        JOIN "Rollout" r ON r.number = t.rollout JOIN "Host" h ON h.id = t."hostId"
        LEFT JOIN "HostProfile" p ON p.name = h.facts->'setup'->>'profile' AND p.revision = (h.facts->'setup'->>'revision')::int
      WHERE t."catchUp" AND h.up AND h."revokedAt" IS NULL AND p.hash IS DISTINCT FROM r.target AND r."supersededBy" IS NULL AND r.state IN ('running', 'paused', 'succeeded')`,
  });
  return rows[0]?.hosts ?? 0;
}

const ended = ['succeeded', 'failed', 'aborted', 'superseded', 'rolled_back'];

/** Somebody has started them; the others wait for that. */
const underWay = ['running', 'paused', 'rolling_back', 'rollback_paused'];

/** Rollouts that have not come to their end, those under way first, then the newest that have; of each the newest first. */
export async function listCurrentRollouts(store: Store, limits: { open: number; ended: number }): Promise<Rollout[]> {
  const orderBy = { number: 'desc' } as const;
  const [going, waiting, past] = await Promise.all([
    store.prisma.rollout.findMany({ where: { state: { in: underWay } }, orderBy, take: limits.open }),
    store.prisma.rollout.findMany({ where: { state: { notIn: [...underWay, ...ended] } }, orderBy, take: limits.open }),
    store.prisma.rollout.findMany({ where: { state: { in: ended } }, orderBy, take: limits.ended }),
  ]);
  return [...[...going, ...waiting].slice(0, limits.open), ...past];
}
