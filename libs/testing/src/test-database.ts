import { randomUUID } from 'node:crypto';
import { openStore, type Store } from '@novadock/store';

export type TestDatabase = { store: Store; url: string; drop: () => Promise<void> };

/** The database that each test's own is copied from. */
export const templateName = 'novadock_template';

/** Makes a migrated, empty database that nobody else uses; throws outside a run of vitest. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const serverUrl = process.env.NOVADOCK_TEST_SERVER;
  if (serverUrl === undefined) throw new Error('No test server: run this with vitest, whose globalSetup (libs/testing/src/global-setup.ts) starts one.');
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const url = new URL(serverUrl);
  url.pathname = name;
  await onServer(serverUrl, `CREATE DATABASE ${name} TEMPLATE ${templateName}`);
  const store = openStore(url.href);
  let dropped: Promise<void> | undefined;
  const drop = () => (dropped ??= store.close().then(() => onServer(serverUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)));
  return { store, url: url.href, drop };
}

async function onServer(url: string, text: string): Promise<void> {
  const { pool, close } = openStore(url);
  try {
    await pool.query(text);
  } finally {
    await close();
  }
}
