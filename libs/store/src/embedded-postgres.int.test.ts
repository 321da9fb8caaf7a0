import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, expect, test, vi } from 'vitest';
import pg from 'pg';
import { startEmbeddedPostgres, type EmbeddedPostgres, type EmbeddedPostgresOptions } from './embedded-postgres.ts';
import { isAlive } from './embedded-postgres/process-identity.ts';

const dirs: string[] = [];
const servers: EmbeddedPostgres[] = [];
const children: ChildProcess[] = [];
const groups: number[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const group of groups.splice(0)) process.kill(-group, 'SIGKILL');
  for (const dir of dirs.splice(0)) {
    // A server whose owner was killed writes until it is gone.
    await vi.waitFor(() => expect(existsSync(join(dir, 'data/postmaster.pid')) && isAlive(postmasterPid(dir))).toBe(false), { timeout: 10_000, interval: 10 });
    rmSync(dir, { recursive: true, force: true });
  }
});

function scratchDir(parent = tmpdir()): string {
  const dir = mkdtempSync(join(parent, 'novadock-test-'));
  dirs.push(dir);
  return dir;
}

async function start(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ settings: { fsync: 'off' }, ...options });
  servers.push(server);
  return server;
}

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query<unknown[]>({ text, rowMode: 'array' })).rows.flat();
  } finally {
    await client.end();
  }
}

const postmasterPid = (dir: string) => Number(readFileSync(join(dir, 'data/postmaster.pid'), 'utf8').split('\n')[0]);
const gone = (pid: number) => vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 10_000, interval: 10 });

/** A node process that runs a server on `dir`, to be killed. */
async function startElsewhere(dir: string, diesWithParent: boolean): Promise<{ child: ChildProcess; url: string }> {
  const source = `import { startEmbeddedPostgres } from ${JSON.stringify(join(import.meta.dirname, 'embedded-postgres.ts'))};
    const { url } = await startEmbeddedPostgres(${JSON.stringify({ dir, diesWithParent })});
    console.log(url); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], { stdio: ['ignore', 'pipe', 'inherit'], cwd: import.meta.dirname });
  children.push(child);
  const [url] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { child, url };
}

test('a first start makes a database; a stop ends the server; a second start finds the data', async () => {
  const dir = scratchDir();
  const first = await start({ dir });
  expect(await query(first.url, 'SHOW server_version_num')).toEqual([expect.stringMatching(/^18/)]);
  await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
  const pid = postmasterPid(dir);
  await Promise.all([first.stop(), first.stop()]);
  expect(isAlive(pid)).toBe(false);
  const second = await start({ dir });
  expect(await query(second.url, 'SELECT answer FROM kept')).toEqual([42]);
});

test('it works below a home that only root may enter', async ({ skip }) => {
  skip(process.getuid?.() !== 0, 'only root has such a home');
  const dir = join(scratchDir(homedir()), 'db');
  const server = await start({ dir });
  await query(server.url, 'CREATE TABLE t AS SELECT 1 AS a');
  await query(server.url, 'CREATE DATABASE other');
  await query(server.url, 'CHECKPOINT');
  expect(await query(server.url, 'SELECT a FROM t')).toEqual([1]);
  await server.stop();
  expect(await query((await start({ dir })).url, 'SELECT a FROM t')).toEqual([1]);
});

test('a path too long for a socket works', async () => {
  const dir = join(scratchDir(), 'x'.repeat(120));
  const server = await start({ dir });
  dirs.push(new URL(server.url).searchParams.get('host') ?? '');
  expect(await query(server.url, 'SELECT 1')).toEqual([1]);
});

test('two databases run side by side', async () => {
  const [one, two] = await Promise.all([start({ dir: scratchDir() }), start({ dir: scratchDir() })]);
  await query(one.url, 'CREATE TABLE only_here()');
  expect(await query(one.url, "SELECT to_regclass('only_here') IS NULL")).toEqual([false]);
  expect(await query(two.url, "SELECT to_regclass('only_here') IS NULL")).toEqual([true]);
});

test('processes that start at once on one folder share one server, and the stop of a guest leaves it running', async () => {
  const dir = scratchDir();
  const [one, two] = await Promise.all([startElsewhere(dir, true), startElsewhere(dir, true)]);
  const pid = postmasterPid(dir);
  expect(await query(one.url, 'SELECT 1')).toEqual([1]);
  expect(await query(two.url, 'SELECT 1')).toEqual([1]);
  const guest = await start({ dir });
  await guest.stop();
  expect(isAlive(pid)).toBe(true);
});

test('a kill -9 of the process ends its server, and nothing acknowledged is lost', async () => {
  const dir = scratchDir();
  const { child, url } = await startElsewhere(dir, true);
  await query(url, 'CREATE TABLE t AS SELECT generate_series(1, 500) AS n');
  const pid = postmasterPid(dir);
  child.kill('SIGKILL');
  await once(child, 'exit');
  // Starts while the old server is still shutting down.
  const server = await start({ dir });
  expect(await query(server.url, 'SELECT count(*)::int FROM t')).toEqual([500]);
  expect(isAlive(pid)).toBe(false);
});

test('a server that nobody owns any more ends without a successor', async () => {
  const dir = scratchDir();
  const { child } = await startElsewhere(dir, true);
  const pid = postmasterPid(dir);
  child.kill('SIGKILL');
  await gone(pid);
});

test('without setpriv the orphan of a killed process is replaced', async () => {
  const dir = scratchDir();
  const { child, url } = await startElsewhere(dir, false);
  await query(url, 'CREATE TABLE t AS SELECT 1 AS n');
  const orphan = postmasterPid(dir);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(isAlive(orphan)).toBe(true);
  const server = await start({ dir });
  expect(await query(server.url, 'SELECT n FROM t')).toEqual([1]);
  expect(isAlive(orphan)).toBe(false);
});

test('a kill -9 of the server is reported, and it is started again', async () => {
  const dir = scratchDir();
  const crashes: string[] = [];
  const { url } = await start({ dir, settings: {}, onCrash: (error) => crashes.push(error.message) });
  await query(url, 'CREATE TABLE t AS SELECT generate_series(1, 500) AS n');
  process.kill(postmasterPid(dir), 'SIGKILL');
  await vi.waitFor(async () => expect(await query(url, 'SELECT count(*)::int FROM t')).toEqual([500]), { timeout: 20_000, interval: 20 });
  expect(crashes).toEqual([expect.stringContaining('SIGKILL')]);
});

test('a kill -9 of process and server at once leaves a folder that starts', async () => {
  const dir = scratchDir();
  const { child, url } = await startElsewhere(dir, true);
  await query(url, 'CREATE TABLE t AS SELECT generate_series(1, 500) AS n');
  process.kill(postmasterPid(dir), 'SIGKILL');
  child.kill('SIGKILL');
  expect(await query((await start({ dir })).url, 'SELECT count(*)::int FROM t')).toEqual([500]);
});

test.for([
  ['a zombie', 'true & echo $!; exec sleep 100'],
  ['a process of somebody else', 'sleep 100 & echo $!; exec sleep 100'],
] as const)('a lock file that names %s does not keep it from starting', async ([, script]) => {
  const dir = scratchDir();
  await (await start({ dir })).stop();
  const parent = spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'inherit'], detached: true });
  groups.push(parent.pid ?? 0);
  const [pid] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string];
  writeFileSync(join(dir, 'data/postmaster.pid'), `${pid}\n/proc/self/cwd\n1\n5432\n.\n\n1 1\nready\n`);
  expect(await query((await start({ dir })).url, 'SELECT 1')).toEqual([1]);
});

test('an unusable folder is refused with the reason', async () => {
  const dir = scratchDir();
  mkdirSync(join(dir, 'data'));
  writeFileSync(join(dir, 'data/PG_VERSION'), '11\n');
  await expect(start({ dir })).rejects.toMatchObject({ code: 'unavailable', message: expect.stringMatching(/chown|version 11|could not be/) as string });
  writeFileSync(join(dir, 'file'), '');
  await expect(start({ dir: join(dir, 'file') })).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('EEXIST') as string });
});
