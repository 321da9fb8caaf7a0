import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '@novadock/testing';
import { applyMigrations } from './apply-migrations.ts';

let db: TestDatabase;
let dir: string;
beforeEach(async () => {
  db = await createTestDatabase();
  await db.store.pool.query('DROP TABLE _prisma_migrations');
  dir = mkdtempSync(join(tmpdir(), 'novadock-migrations-'));
  writeFileSync(join(dir, 'migration_lock.toml'), 'provider = "postgresql"\n');
});
afterEach(async () => {
  await db.drop();
  rmSync(dir, { recursive: true });
});

function write(name: string, sql: string): void {
  mkdirSync(join(dir, name), { recursive: true });
  writeFileSync(join(dir, name, 'migration.sql'), sql);
}
const apply = () => applyMigrations({ url: db.url, dir });
const tables = async () => (await db.store.pool.query<{ name: string }>(`SELECT relname AS name FROM pg_class WHERE relname IN ('a', 'b') ORDER BY 1`)).rows.map((row) => row.name);
const refusal = (text: string) => ({ code: 'conflict', message: expect.stringContaining(text) as string });

test('each migration is applied once, in the order of the names', async () => {
  write('2_b', 'ALTER TABLE a RENAME TO b; CREATE TABLE a()');
  write('1_a', 'CREATE TABLE a()');
  expect(await apply()).toEqual(['1_a', '2_b']);
  expect(await apply()).toEqual([]);
  write('3_c', 'DROP TABLE a');
  expect(await apply()).toEqual(['3_c']);
  expect(await tables()).toEqual(['b']);
});

test('replicas that start at once apply it once', async () => {
  write('1_a', 'SELECT pg_sleep(0.1); CREATE TABLE a()');
  const applied = await Promise.all([apply(), apply(), apply()]);
  expect(applied.flat()).toEqual(['1_a']);
});

test('a migration that fails changes nothing and is tried again', async () => {
  write('1_a', 'CREATE TABLE a(); SELECT nothing_of_this_name()');
  await expect(apply()).rejects.toMatchObject({ code: 'internal', message: expect.stringContaining('nothing_of_this_name') as string });
  expect(await tables()).toEqual([]);
  write('1_a', 'CREATE TABLE a()');
  expect(await apply()).toEqual(['1_a']);
});

test('a database that a newer release made is refused', async () => {
  write('1_a', 'CREATE TABLE a()');
  write('2_b', 'CREATE TABLE b()');
  await apply();
  rmSync(join(dir, '2_b'), { recursive: true });
  await expect(apply()).rejects.toMatchObject(refusal('newer than this release: it has the migration 2_b'));
});

test('a migration that was changed after it was applied is refused', async () => {
  write('1_a', 'CREATE TABLE a()');
  await apply();
  write('1_a', 'CREATE TABLE a(n int)');
  await expect(apply()).rejects.toMatchObject(refusal('1_a is not the one'));
});

test('a migration that another tool left unfinished is refused', async () => {
  write('1_a', 'CREATE TABLE a()');
  await apply();
  await db.store.pool.query('UPDATE _prisma_migrations SET finished_at = NULL');
  await expect(apply()).rejects.toMatchObject(refusal('1_a was begun'));
  await db.store.pool.query('DROP TABLE a; UPDATE _prisma_migrations SET rolled_back_at = now()');
  expect(await apply()).toEqual(['1_a']);
});

test('a database that is not there is said to be', async () => {
  await expect(applyMigrations({ url: 'postgresql://postgres@127.0.0.1:1/postgres' })).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('DATABASE_URL') as string });
});
