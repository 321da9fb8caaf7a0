import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '@novadock/testing';
import { listRoleAssignments } from '@novadock/store';
import { bootstrapIdentity } from './bootstrap-identity.ts';
import { createPasswordChecker } from './password-checker.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

async function held(): Promise<string[]> {
  return (await listRoleAssignments(db.store, {})).map(({ userName, roleName, projectName }) => `${userName} ${roleName} ${projectName ?? 'system'}`);
}

test('a new cloud has an administrator; begun again it keeps ids and takes the new password', async () => {
  await bootstrapIdentity(db, { adminPassword: 'one' });
  const before = await db.store.prisma.user.findFirstOrThrow({ where: { name: 'admin' } });
  expect(await held()).toEqual(['admin admin admin', 'admin member admin', 'admin reader admin', 'admin admin system']);
  await bootstrapIdentity(db, { adminPassword: 'two' });
  const after = await db.store.prisma.user.findFirstOrThrow({ where: { name: 'admin' } });
  expect(after.id).toBe(before.id);
  expect(await held()).toHaveLength(4);
  expect((await db.store.prisma.project.findMany({ orderBy: { name: 'asc' } })).map(({ name }) => name)).toEqual(['admin', 'service']);
  const { verify } = createPasswordChecker();
  expect(await verify({ subjectId: after.id, password: 'two', hash: after.passwordHash })).toBe(true);
  expect(await verify({ subjectId: after.id, password: 'one', hash: after.passwordHash })).toBe(false);
});
