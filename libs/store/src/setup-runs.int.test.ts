import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '@novadock/testing';
import { insertHost } from './hosts.ts';
import { inTransaction } from './open-store.ts';
import { insertSetupRun, lastSetupRun } from './setup-runs.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

const addHost = async (name: string) => (await inTransaction(db.store, (tx) => insertHost(tx, { id: randomUUID(), name, address: 'h:1', keyHash: '', machineId: '', availabilityZone: 'nova', labels: {} }))).id;
const addRun = async (hostId: string, kind: string) => {
  const { id } = await inTransaction(db.store, (tx) => insertSetupRun(tx, { id: randomUUID(), hostId, kind, profile: null, requestId: 'r', userId: 'u' }));
  await db.store.prisma.setupRun.update({ where: { id }, data: { finishedAt: new Date(), entries: { create: { seq: 1, at: new Date(), data: {} } } } });
  return id;
};

test('the oldest runs of a host go with what they printed, but not for checks the one that says what the host is', async () => {
  const [hostId, other] = [await addHost('h1'), await addHost('h2')];
  const first = await addRun(hostId, 'apply');
  const applied = await addRun(hostId, 'apply');
  await addRun(other, 'apply');
  for (let checks = 0; checks < 60; checks += 1) await addRun(hostId, 'check');
  expect(await db.store.prisma.setupRun.count({ where: { hostId, kind: 'check' } })).toBe(50);
  expect(await db.store.prisma.setupEntry.count()).toBe(53);
  expect((await lastSetupRun(db.store.prisma, hostId))?.id).toBe(applied);
  for (let runs = 0; runs < 49; runs += 1) await addRun(hostId, 'undo');
  expect(await db.store.prisma.setupRun.findMany({ where: { hostId, kind: 'apply' } })).toMatchObject([{ id: applied }]);
  expect(first).not.toBe(applied);
});
