import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { PrismaClient } from './generated/client.ts';
import type { TransactionClient } from './generated/internal/prismaNamespace.ts';

/** The database: Prisma for what is typed and rare, the pool it runs on for what is hot. */
export type Store = { prisma: PrismaClient; pool: pg.Pool; url: string; close: () => Promise<void> };

/** Prisma's client inside a transaction. */
export type Transaction = TransactionClient;

/** Opens the database behind a `postgresql://` URL; connects lazily, so it never fails by itself. */
export function openStore(url: string): Store {
  const pool = new pg.Pool({ connectionString: url, max: 10 });
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => {});
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool, { statementNameGenerator: statementNames() }) });
  let closing: Promise<void> | undefined;
  const close = () => (closing ??= prisma.$disconnect().then(() => (pool.ended ? undefined : pool.end())));
  return { prisma, pool, url, close };
}

/** How often a transaction is tried that others stood in the way of. */
const attempts = 5;

/**
 * Runs `work` in one transaction: committed when it returns, undone when it throws. It is run again when PostgreSQL ended it for the sake of another (a deadlock), and when another
 * rollout has begun a host of this one meanwhile.
 */
export async function inTransaction<Result>(store: Store, work: (tx: Transaction) => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await store.prisma.$transaction(work, { maxWait: 10_000, timeout: 60_000 });
    } catch (error) {
      if (attempt === attempts || !isConflict(error)) throw error;
    }
  }
}

function isConflict(error: unknown): boolean {
  const { code, meta, message } = error as { code?: string; message?: string; meta?: { driverAdapterError?: { cause?: { kind?: string; originalMessage?: string } } } };
  const cause = meta?.driverAdapterError?.cause;
  return code === 'P2034' || cause?.kind === 'TransactionWriteConflict' || [message, cause?.originalMessage].some((text) => text?.includes('RolloutHost_inFlight_key'));
}

/** Statements that a connection keeps prepared, so that PostgreSQL plans each of them once; what lists make of one query is without number. */
const maxPrepared = 500;

function statementNames(): (query: { sql: string }) => string {
  const names = new Map<string, string>();
  return ({ sql }) => {
    const known = names.get(sql);
    if (known !== undefined) return known;
    // The empty name: not kept.
    if (names.size >= maxPrepared) return '';
    const name = `prisma-${names.size}`;
    names.set(sql, name);
    return name;
  };
}
