import type { Store } from './open-store.ts';

export type IdempotencyKeyName = { projectId: string; key: string };

/**
 * What a key says of a request. `claimed`: carry it out, under that id; it is the same id at each try. `done`: this was its
 * reply. `inFlight`: a replica is at it. `reused`: the key belongs to another request.
 */
export type IdempotencyClaim = { state: 'claimed'; claimId: string } | { state: 'done'; status: number; body: unknown } | { state: 'inFlight' | 'reused' };

/** A claim whose replica says nothing for so long was left behind by a crash; `renewIdempotencyKey` prolongs it. */
export const idempotencyClaimMs = 30_000;

/** Claims a key for one request, as the only one among all replicas. Keys are forgotten a day after they came up. */
export async function claimIdempotencyKey(store: Store, request: IdempotencyKeyName & { requestHash: string }): Promise<IdempotencyClaim> {
  const { projectId, key, requestHash } = request;
  await store.pool.query(`DELETE FROM "IdempotencyKey" WHERE "projectId" = $1 AND "createdAt" < now() - interval '1 day'`, [projectId]);
  const claimed = await store.pool.query<{ claimId: string }>(
    `INSERT INTO "IdempotencyKey" AS k ("projectId", key, "requestHash", "claimedUntil") VALUES ($1, $2, $3, now() + $4 * interval '1 millisecond')
     ON CONFLICT ("projectId", key) DO UPDATE SET "claimedUntil" = excluded."claimedUntil"
       WHERE k.status IS NULL AND k."requestHash" = excluded."requestHash" AND (k."claimedUntil" IS NULL OR k."claimedUntil" < now())
     RETURNING "claimId"`,
    [projectId, key, requestHash, idempotencyClaimMs],
  );
  if (claimed.rows[0] !== undefined) return { state: 'claimed', claimId: claimed.rows[0].claimId };
  const found = await store.pool.query<{ requestHash: string; status: number | null; body: unknown }>(
    'SELECT "requestHash", status, body FROM "IdempotencyKey" WHERE "projectId" = $1 AND key = $2', [projectId, key]);
  const row = found.rows[0];
  if (row !== undefined && row.requestHash !== requestHash) return { state: 'reused' };
  return row === undefined || row.status === null ? { state: 'inFlight' } : { state: 'done', status: row.status, body: row.body };
}

/** Says that the request is still being carried out. */
export async function renewIdempotencyKey(store: Store, { projectId, key }: IdempotencyKeyName): Promise<void> {
  await store.pool.query(
    `UPDATE "IdempotencyKey" SET "claimedUntil" = now() + $3 * interval '1 millisecond' WHERE "projectId" = $1 AND key = $2 AND status IS NULL`,
    [projectId, key, idempotencyClaimMs],
  );
}

/** Ends a claim: with the reply that each repetition gets from now on, or without one, and then a repetition carries it out again. */
export async function settleIdempotencyKey(store: Store, { projectId, key }: IdempotencyKeyName, reply: { status: number; body: unknown } | undefined): Promise<void> {
  await store.pool.query(
    `UPDATE "IdempotencyKey" SET status = $3, body = $4, "claimedUntil" = NULL WHERE "projectId" = $1 AND key = $2 AND status IS NULL`,
    [projectId, key, reply?.status ?? null, reply === undefined ? null : JSON.stringify(reply.body)],
  );
}
