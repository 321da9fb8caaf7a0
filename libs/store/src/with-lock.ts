import type { Store } from './open-store.ts';

/** Runs `work` while no other process does so under this name; waits for its turn. */
export async function withLock<Result>(store: Store, name: string, work: () => Promise<Result>): Promise<Result> {
  const client = await store.pool.connect();
  try {
    await client.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [name]);
    return await work();
  } finally {
    await client.query('SELECT pg_advisory_unlock(hashtextextended($1, 0))', [name]).catch(() => {});
    client.release();
  }
}
