import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '@novadock/testing';
import { openStore } from './open-store.ts';
import { getOrCreateSecret } from './secrets.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

test('replicas that make a secret at the same time get the same one', async () => {
  const replicas = [openStore(db.url), openStore(db.url), openStore(db.url)];
  // All have found none before any has made one.
  const allHere = Promise.withResolvers<void>();
  let here = 0;
  const make = async () => {
    if (++here === replicas.length) allHere.resolve();
    await allHere.promise;
    return randomBytes(32);
  };
  const secrets = await Promise.all(replicas.map((store) => getOrCreateSecret(store, 'tokens', make)));
  expect(new Set(secrets.map((secret) => secret.toString('hex'))).size).toBe(1);
  expect(secrets[0]).toHaveLength(32);
  await Promise.all(replicas.map((store) => store.close()));
});

test('a secret that exists is not made again', async () => {
  const first = await getOrCreateSecret(db.store, 'ca', async () => Buffer.from([0, 255, 7]));
  const second = await getOrCreateSecret(db.store, 'ca', () => Promise.reject(new Error('made again')));
  expect(Buffer.isBuffer(second)).toBe(true);
  expect([...second]).toEqual([0, 255, 7]);
  expect(second).toEqual(first);
});
