import { createHash, randomUUID } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { CloudError } from '@novadock/model';

type Migration = { name: string; sql: string; checksum: string };
type Recorded = { migration_name: string; checksum: string; finished_at: Date | null };

/** Of the whole source tree; a bundle says where it keeps its own. */
const sourceDir = join(import.meta.dirname, '../../../prisma/migrations');

// The lock that Prisma's own engine takes: replicas and the CLI queue up behind one another.
const lockId = 72707369;

// As Prisma's engine makes it, so that its CLI and this agree on what was applied.
const createTable = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id varchar(36) PRIMARY KEY, checksum varchar(64) NOT NULL, finished_at timestamptz, migration_name varchar(255) NOT NULL, logs text,
  rolled_back_at timestamptz, started_at timestamptz NOT NULL DEFAULT now(), applied_steps_count integer NOT NULL DEFAULT 0)`;

/**
 * Brings the database behind `url` to the schema of this release, each migration in a transaction, and returns the names of those applied.
 * Throws `conflict` when the database was made by a newer release or by other migrations, `unavailable` when it cannot be reached.
 */
export async function applyMigrations({ url, dir = sourceDir }: { url: string; dir?: string }): Promise<string[]> {
  const migrations = await readMigrations(dir);
  const client = new pg.Client({ connectionString: url });
  // A connection that breaks fails the query under way; without a listener it would end the process as well.
  client.on('error', () => {});
  try {
    await client.connect();
  } catch (cause) {
    throw new CloudError('unavailable', `The database cannot be reached (${(cause as Error).message}). Check that it runs and that DATABASE_URL is right.`, { cause });
  }
  try {
    await client.query('SELECT pg_advisory_lock($1)', [lockId]);
    await client.query(createTable);
    const { rows } = await client.query<Recorded>('SELECT migration_name, checksum, finished_at FROM _prisma_migrations WHERE rolled_back_at IS NULL');
    const pending = pendingMigrations(migrations, rows);
    for (const migration of pending) await applyOne(client, migration);
    return pending.map(({ name }) => name);
  } finally {
    await client.end();
  }
}

async function readMigrations(dir: string): Promise<Migration[]> {
  const folders = (await readdir(dir, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    folders.sort().map(async (name) => {
      const sql = await readFile(join(dir, name, 'migration.sql'), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

/** What of `migrations` is to be applied still. Throws when what was applied is not the beginning of it. */
export function pendingMigrations(migrations: Migration[], recorded: Recorded[]): Migration[] {
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const { migration_name: name, checksum, finished_at: finishedAt } of recorded) {
    if (!known.has(name)) throw new CloudError('conflict', `The database is newer than this release: it has the migration ${name}. Start the release that made it, or a later one.`);
    if (finishedAt === null) throw new CloudError('conflict', `The migration ${name} was begun and did not finish. Put the database right, then mark it: npm run prisma -- migrate resolve --help`);
    if (known.get(name)?.checksum !== checksum) throw new CloudError('conflict', `The migration ${name} is not the one that the database was made with. Start the release that made it, or begin with an empty database.`);
  }
  const applied = new Set(recorded.map((row) => row.migration_name));
  return migrations.filter(({ name }) => !applied.has(name));
}

async function applyOne(client: pg.Client, { name, sql, checksum }: Migration): Promise<void> {
  try {
    await client.query('BEGIN');
    await client.query(sql);
    await client.query('INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count) VALUES ($1, $2, $3, now(), 1)', [randomUUID(), checksum, name]);
    await client.query('COMMIT');
  } catch (cause) {
    // The end of the connection rolls back.
    throw new CloudError('internal', `The migration ${name} failed and changed nothing: ${(cause as Error).message}`, { cause });
  }
}
