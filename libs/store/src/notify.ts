import type pg from 'pg';
import type { Transaction } from './open-store.ts';

/** Sends `payload` to those who listen on `channel`: at the commit of `db` where that is a transaction, else at once. */
export async function notify(db: Transaction | pg.Pool, channel: string, payload = ''): Promise<void> {
  if ('$executeRaw' in db) await db.$executeRaw`SELECT pg_notify(${channel}, ${payload})`;
  else await db.query('SELECT pg_notify($1, $2)', [channel, payload]);
}
