// Prisma's CLI on a PostgreSQL of its own in a scratch folder:
//   npm run prisma -- migrate dev --name add-x       after a change of schema.prisma: writes the next migration (add --create-only to edit it first)
//   npm run prisma -- --squash-init                  makes the one init migration again, until the first release
//   npm run prisma -- --check-drift                  fails unless the migrations make exactly what schema.prisma says
// Follow the first two with `npm run generate`. What schema.prisma cannot say (partial indexes, …) stands in the init migration below
// the line of `byHand`, and --squash-init keeps it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applyMigrations, startEmbeddedPostgres } from '@novadock/store';

const root = join(import.meta.dirname, '..');
const migrations = join(root, 'prisma/migrations');
const initName = '20261122000000_init';
const byHand = '-- By hand:';
// Every database has it, and the statement needs a right that the owner of an outside database may lack.
const createPublic = '-- CreateSchema\nCREATE SCHEMA IF NOT EXISTS "public";\n\n';
const driftArgs = ['migrate', 'diff', '--from-migrations', 'prisma/migrations', '--to-schema', 'prisma/schema.prisma', '--exit-code'];

/** Runs Prisma's CLI against `url` and returns its exit code, with what it wrote where `capture` asks for it. */
async function runPrisma({ args, url, capture = false }: { args: string[]; url: string; capture?: boolean }): Promise<{ code: number; output: string }> {
  const env = {
    ...process.env,
    DATABASE_URL: url,
    // Any executable that is named here keeps the CLI from fetching its native engine; this one does the engine's work.
    PRISMA_SCHEMA_ENGINE_BINARY: join(root, 'tools/schema-engine.mjs'),
    CHECKPOINT_DISABLE: '1',
    PRISMA_HIDE_UPDATE_MESSAGE: '1',
  };
  const child = spawn(join(root, 'node_modules/.bin/prisma'), args, { cwd: root, env, stdio: ['inherit', capture ? 'pipe' : 'inherit', 'inherit'] });
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code: code ?? 1, output };
}

/** Writes the init migration anew from schema.prisma. There must be no other: those would be lost. */
async function squashInit(url: string): Promise<number> {
  const others = existsSync(migrations) ? readdirSync(migrations).filter((name) => name !== initName && name !== 'migration_lock.toml') : [];
  if (others.length > 0) throw new Error(`There are migrations after the init one: ${others.join(', ')}. Remove those that it shall take in.`);
  const { code, output } = await runPrisma({ args: ['migrate', 'diff', '--from-empty', '--to-schema', 'prisma/schema.prisma', '--script'], url, capture: true });
  if (code !== 0) return code;
  const file = join(migrations, initName, 'migration.sql');
  const before = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const kept = before.includes(byHand) ? `\n${before.slice(before.indexOf(byHand))}` : '';
  mkdirSync(join(migrations, initName), { recursive: true });
  writeFileSync(`${file}.new`, output.replace(createPublic, '').trimEnd() + '\n' + kept);
  renameSync(`${file}.new`, file);
  writeFileSync(join(migrations, 'migration_lock.toml'), 'provider = "postgresql"\n');
  return (await runPrisma({ args: driftArgs, url })).code;
}

async function main(args: string[]): Promise<number> {
  // A Ctrl-C reaches the CLI as well; this process stays to clean up.
  process.on('SIGINT', () => {});
  const dir = mkdtempSync(join(tmpdir(), 'novadock-prisma-'));
  const server = await startEmbeddedPostgres({ dir, settings: { fsync: 'off' } });
  try {
    if (args[0] === '--squash-init') return await squashInit(server.url);
    if (args[0] === '--check-drift') return (await runPrisma({ args: driftArgs, url: server.url })).code;
    // `migrate dev` compares with a database that has what was applied so far.
    if (args[0] === 'migrate' && existsSync(migrations)) await applyMigrations({ url: server.url });
    return (await runPrisma({ args, url: server.url })).code;
  } finally {
    await server.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

process.exitCode = await main(process.argv.slice(2));
