import { expect, test } from 'vitest';
import { createTestDatabase } from './test-database.ts';

test('each test database has the schema and nobody else in it', async () => {
  const [one, two] = await Promise.all([createTestDatabase(), createTestDatabase()]);
  await one.store.prisma.role.create({ data: { id: 'r1', name: 'member' } });
  expect(await one.store.prisma.role.count()).toBe(1);
  expect(await two.store.prisma.role.count()).toBe(0);
  await one.drop();
  const { rows } = await two.store.pool.query('SELECT 1 FROM pg_database WHERE datname = $1', [new URL(one.url).pathname.slice(1)]);
  expect(rows).toEqual([]);
  await Promise.all([two.drop(), two.drop()]);
});
