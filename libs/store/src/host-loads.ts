import type { Store } from './open-store.ts';

/** How many instances live on each host that has any. */
export async function countInstancesByHost(store: Store): Promise<Map<string, number>> {
  const { rows } = await store.pool.query<{ hostId: string; count: number }>(`SELECT "hostId", count(*)::int AS count FROM "Instance" WHERE "hostId" IS NOT NULL AND "deletedAt" IS NULL GROUP BY 1`);
  return new Map(rows.map(({ hostId, count }) => [hostId, count]));
}

export type HostLoad = { projectId: string; vcpus: number; memoryMb: number; diskGb: number };

/** What the instances of each project use on a host. */
export async function listHostLoads(store: Store, hostId: string): Promise<HostLoad[]> {
  const { rows } = await store.pool.query<HostLoad>(
    `SELECT "projectId", sum(vcpus)::int AS vcpus, sum("memoryMb")::int AS "memoryMb", sum("diskGb")::int AS "diskGb"
     FROM "Instance" WHERE "hostId" = $1 AND "deletedAt" IS NULL GROUP BY 1 ORDER BY 1`,
    [hostId],
  );
  return rows;
}

/** The instances on hosts, by host: of administrators' lists of what lives where. */
export async function listInstancesOnHosts(store: Store): Promise<Map<string, { id: string; name: string }[]>> {
  const { rows } = await store.pool.query<{ hostId: string; id: string; name: string }>(`SELECT "hostId", id, name FROM "Instance" WHERE "hostId" IS NOT NULL AND "deletedAt" IS NULL ORDER BY number`);
  return Map.groupBy(rows, ({ hostId }) => hostId);
}
