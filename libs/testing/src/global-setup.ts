import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applyMigrations, openStore, startEmbeddedPostgres } from '@novadock/store';
import { templateName } from './test-database.ts';

// Nothing here outlives a run, so nothing has to reach the disk.
const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '300' };

/** vitest's globalSetup: one server a run with a migrated template, for `createTestDatabase`. */
export async function setup(): Promise<() => Promise<void>> {
  const dir = mkdtempSync(join(tmpdir(), 'novadock-test-server-'));
  const server = await startEmbeddedPostgres({ dir, settings });
  const store = openStore(server.url);
  await store.pool.query(`CREATE DATABASE ${templateName}`);
  await store.close();
  const template = new URL(server.url);
  template.pathname = templateName;
  await applyMigrations({ url: template.href });
  // The processes that run the test files inherit it.
  process.env.NOVADOCK_TEST_SERVER = server.url;
  return async () => {
    await server.stop();
    rmSync(dir, { recursive: true, force: true });
  };
}
