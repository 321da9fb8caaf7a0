import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '@novadock/testing';
import { claimIdempotencyKey, renewIdempotencyKey, settleIdempotencyKey } from './idempotency-keys.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());
beforeEach(() => db.store.pool.query('DELETE FROM "IdempotencyKey"'));

const name = { projectId: 'p1', key: 'k' };
const claim = (change: Partial<typeof name & { requestHash: string }> = {}) => claimIdempotencyKey(db.store, { ...name, requestHash: 'h', ...change });
const age = (column: 'createdAt' | 'claimedUntil', by: string) => db.store.pool.query(`UPDATE "IdempotencyKey" SET "${column}" = "${column}" - $1::interval`, [by]);

test('of many claims at once one is carried out', async () => {
  const states = (await Promise.all(Array.from({ length: 20 }, () => claim()))).map(({ state }) => state);
  expect(states.filter((state) => state === 'claimed')).toHaveLength(1);
  expect(states.filter((state) => state === 'inFlight')).toHaveLength(19);
});

test('what was replied is replied again, and to nobody else', async () => {
  await claim();
  await settleIdempotencyKey(db.store, name, { status: 202, body: { id: 'i1', name: 'ünï' } });
  expect(await claim()).toEqual({ state: 'done', status: 202, body: { id: 'i1', name: 'ünï' } });
  expect(await claim({ requestHash: 'other' })).toEqual({ state: 'reused' });
  expect(await claim({ projectId: 'p2' })).toMatchObject({ state: 'claimed' });
  expect(await claim({ key: 'k2' })).toMatchObject({ state: 'claimed' });
});

test('a claim without a reply can be taken up again under the same id', async () => {
  const first = await claim();
  await settleIdempotencyKey(db.store, name, undefined);
  expect(await claim()).toEqual(first);
});

test('a claim that a crash left behind is taken over once it is stale, and not before', async () => {
  const first = await claim();
  await age('claimedUntil', '29 s');
  expect(await claim()).toEqual({ state: 'inFlight' });
  await age('claimedUntil', '2 s');
  const takers = await Promise.all([claim(), claim(), claim()]);
  expect(takers.filter(({ state }) => state === 'claimed')).toEqual([first]);
});

test('a claim that is renewed is not taken over', async () => {
  await claim();
  await age('claimedUntil', '29 s');
  await renewIdempotencyKey(db.store, name);
  await age('claimedUntil', '2 s');
  expect(await claim()).toEqual({ state: 'inFlight' });
});

test('after a day a key is new', async () => {
  const first = await claim();
  await settleIdempotencyKey(db.store, name, { status: 201, body: {} });
  await age('createdAt', '23 h 59 min');
  expect(await claim()).toMatchObject({ state: 'done' });
  await age('createdAt', '2 min');
  const second = await claim({ requestHash: 'other' });
  expect(second).toMatchObject({ state: 'claimed' });
  expect(second).not.toEqual(first);
});
