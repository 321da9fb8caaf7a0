import { randomUUID } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '@novadock/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { giveUpHosts, releaseHosts, takeHosts } from './host-leases.ts';

const leaseMs = 60_000;
let db: TestDatabase;
beforeEach(async () => {
  db = await createTestDatabase();
});
afterEach(() => db.drop());

const addHosts = (names: string[]) => db.store.prisma.host.createMany({ data: names.map((name) => ({ id: randomUUID(), name, address: 'x:1' })) });
const take = async (replica: string) => (await takeHosts(db.store, replica, leaseMs)).map(({ name }) => name).toSorted();
/** As when `replica` was killed so long ago that its lease is over. */
const kill = async (replica: string) => {
  await db.store.prisma.host.updateMany({ where: { ownerId: replica }, data: { leaseUntil: new Date(0) } });
  await db.store.prisma.replica.update({ where: { id: replica }, data: { aliveUntil: new Date(0) } });
};
const epochs = async () => Object.fromEntries((await db.store.prisma.host.findMany()).map(({ name, epoch }) => [name, Number(epoch)]));

test('one that comes gets its even share of the hosts once the other one has given it up, and those alone get a higher epoch', async () => {
  await addHosts(['h1', 'h2', 'h3', 'h4', 'h5']);
  expect(await take('a')).toEqual(['h1', 'h2', 'h3', 'h4', 'h5']);
  expect(await take('b')).toEqual([]);
  expect(await take('a')).toEqual(['h1', 'h2', 'h3']);
  expect(await take('b')).toEqual([]);
  const others = await db.store.prisma.host.findMany({ where: { name: { in: ['h4', 'h5'] } } });
  await giveUpHosts(db.store, 'a', others.map(({ id }) => id));
  expect(await take('a')).toEqual(['h1', 'h2', 'h3']);
  expect(await take('b')).toEqual(['h4', 'h5']);
  expect(await epochs()).toEqual({ h1: 1, h2: 1, h3: 1, h4: 2, h5: 2 });
  expect([await take('a'), await take('b')]).toEqual([['h1', 'h2', 'h3'], ['h4', 'h5']]);
});

test('hosts that join go to whoever has fewer', async () => {
  await addHosts(['h1', 'h2']);
  await takeHosts(db.store, 'b', leaseMs);
  await kill('b');
  await take('a');
  await take('b');
  await addHosts(['h3', 'h4']);
  expect([await take('a'), await take('b')]).toEqual([['h1', 'h2'], ['h3', 'h4']]);
});

test('the hosts of one that died are taken by those that are left, all of them at once', async () => {
  await addHosts(['h1', 'h2', 'h3', 'h4']);
  await takeHosts(db.store, 'b', leaseMs);
  await kill('b');
  await take('a');
  await take('b');
  await take('a');
  const given = await db.store.prisma.host.findMany({ where: { name: { in: ['h3', 'h4'] } } });
  await giveUpHosts(db.store, 'a', given.map(({ id }) => id));
  expect(await take('b')).toEqual(['h3', 'h4']);
  await kill('a');
  expect(await take('b')).toEqual(['h1', 'h2', 'h3', 'h4']);
});

test('one that goes in order leaves its hosts to the other one at once; what is revoked is nobody\'s', async () => {
  await addHosts(['h1', 'h2', 'h3']);
  await take('a');
  await releaseHosts(db.store, 'a');
  await db.store.prisma.host.update({ where: { name: 'h2' }, data: { revokedAt: new Date() } });
  expect(await take('b')).toEqual(['h1', 'h3']);
});

test('replicas that take at the same time take no host twice, and none is left over', async () => {
  await addHosts(Array.from({ length: 40 }, (_, index) => `h${index}`));
  const replicas = ['a', 'b', 'c', 'd'];
  for (const replica of replicas) await db.store.prisma.replica.create({ data: { id: replica, aliveUntil: new Date(Date.now() + leaseMs) } });
  const taken = await Promise.all(replicas.map(take));
  expect(taken.flat().toSorted()).toEqual(Object.keys(await epochs()).toSorted());
  expect(Object.values(await epochs()).every((epoch) => epoch === 1)).toBe(true);
});
