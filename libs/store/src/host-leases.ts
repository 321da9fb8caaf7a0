import type { Store } from './open-store.ts';

export type OwnedHost = { id: string; name: string; address: string; epoch: number };

/**
 * Says that the control plane `ownerId` is alive, keeps the hosts that it owns and takes those that nobody owns, for `leaseMs` from now: no more
 * than its even share, with those control planes that are alive. Returns all of them; what it owned beyond its share it is to give up. A revoked
 * host is nobody's. A host that changes hands gets a higher epoch, by which its agent refuses what its former owner still sends.
 */
export async function takeHosts(store: Store, ownerId: string, leaseMs: number): Promise<OwnedHost[]> {
  // First, so that whoever died counts no more when its hosts are free.
  await store.pool.query(
    `INSERT INTO "Replica" (id, "aliveUntil") VALUES ($1, now() + $2 * interval '1 millisecond')
     ON CONFLICT (id) DO UPDATE SET "aliveUntil" = EXCLUDED."aliveUntil"`,
    [ownerId, leaseMs],
  );
  const rows = await store.pool.query<Omit<OwnedHost, 'epoch'> & { epoch: string }>(
    `WITH share AS (
       SELECT ceil(count(*)::numeric / (SELECT count(*) FROM "Replica" WHERE "aliveUntil" > now())) AS hosts FROM "Host" WHERE "revokedAt" IS NULL
     ), due AS (
       SELECT id FROM "Host" WHERE ("ownerId" IS NULL OR "ownerId" = $1 OR "leaseUntil" < now()) AND "revokedAt" IS NULL
       ORDER BY coalesce("ownerId" = $1 AND "leaseUntil" > now(), false) DESC, number
       LIMIT (SELECT hosts FROM share) FOR NO KEY UPDATE
     )
     UPDATE "Host" SET epoch = epoch + CASE WHEN "ownerId" = $1 AND "leaseUntil" > now() THEN 0 ELSE 1 END,
       "ownerId" = $1, "leaseUntil" = now() + $2 * interval '1 millisecond'
     WHERE id IN (SELECT id FROM due)
     RETURNING id, name, address, epoch`,
    [ownerId, leaseMs],
  );
  return rows.rows.map((row) => ({ ...row, epoch: Number(row.epoch) }));
}

/** Gives up some hosts of `ownerId`: another control plane may take them now. */
export async function giveUpHosts(store: Store, ownerId: string, hostIds: string[]): Promise<void> {
  await store.pool.query(`UPDATE "Host" SET "ownerId" = NULL, "leaseUntil" = NULL WHERE "ownerId" = $1 AND id = ANY($2::uuid[])`, [ownerId, hostIds]);
}

/** A control plane goes, or every one when no other can be alive (the embedded database): its hosts are nobody's. */
export async function releaseHosts(store: Store, ownerId: string | 'all'): Promise<void> {
  await store.pool.query(`DELETE FROM "Replica" WHERE id = $1 OR $1 = 'all' OR "aliveUntil" < now() - interval '1 hour'`, [ownerId]);
  await store.pool.query(`UPDATE "Host" SET "ownerId" = NULL, "leaseUntil" = NULL WHERE "ownerId" = $1 OR $1 = 'all'`, [ownerId]);
}
