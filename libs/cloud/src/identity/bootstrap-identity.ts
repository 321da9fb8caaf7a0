import { randomUUID } from 'node:crypto';
import { insertRoleAssignments, inTransaction, systemTarget, upsertProject, upsertRole, upsertUser } from '@novadock/store';
import type { Cloud } from '../cloud.ts';
import { hashPassword } from './password-checker.ts';

/** Makes the user `admin` with this password, the projects `admin` and `service`, and the roles `admin`, `member` and `reader`; again does nothing but set the password. */
export async function bootstrapIdentity({ store }: Pick<Cloud, 'store'>, { adminPassword }: { adminPassword: string }): Promise<void> {
  const passwordHash = await hashPassword(adminPassword);
  await inTransaction(store, async (tx) => {
    const project = await upsertProject(tx, { id: newId(), name: 'admin', description: 'Bootstrap project for initializing the cloud.' });
    await upsertProject(tx, { id: newId(), name: 'service' });
    const user = await upsertUser(tx, { id: newId(), name: 'admin', passwordHash });
    const [admin, ...others] = [await upsertRole(tx, { id: newId(), name: 'admin' }), await upsertRole(tx, { id: newId(), name: 'member' }), await upsertRole(tx, { id: newId(), name: 'reader' })];
    const onProject = [admin, ...others].map((role) => ({ userId: user.id, target: project.id, roleId: role.id }));
    await insertRoleAssignments(tx, [...onProject, { userId: user.id, target: systemTarget, roleId: admin.id }]);
  });
}

/** An id as Keystone makes them: a UUID without its dashes. */
export function newId(): string {
  return randomUUID().replaceAll('-', '');
}
