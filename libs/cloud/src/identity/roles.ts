import { CloudError } from '@novadock/model';
import {
  deleteRoleAssignment, deleteRoleRow, findRole, insertRole, insertRoleAssignments, listRoleAssignments, listRoleRows, systemTarget, updateRoleRow,
  type NamedRoleAssignment, type Role, type RoleAssignment, type RoleAssignmentFilter,
} from '@novadock/store';
import type { Cloud } from '../cloud.ts';
import { newId } from './bootstrap-identity.ts';
import { notFound, refuseDuplicate } from './failures.ts';
import { getProject } from './projects.ts';
import { getUser } from './users.ts';

export type RoleChange = { name?: string; description?: string | null };

const builtIn = ['admin', 'member', 'reader'];

/** Whether a role is one that every cloud has, and that nobody changes: what may be done hangs on its name. */
export function isBuiltIn(name: string): boolean {
  return builtIn.includes(name);
}

/** All roles, by name. */
export function listRoles({ store }: Cloud): Promise<Role[]> {
  return listRoleRows(store);
}

/** Throws `notFound`. */
export async function getRole({ store }: Cloud, id: string): Promise<Role> {
  const role = await findRole(store.prisma, id);
  if (role === null) throw notFound('role', id);
  return role;
}

/** Throws `conflict` when the name is taken. */
export function createRole({ store }: Cloud, role: RoleChange & { name: string }): Promise<Role> {
  return refuseDuplicate('role', role.name, () => insertRole(store.prisma, { id: newId(), ...role }));
}

/** Throws `notFound`, `conflict` when the new name is taken, `forbidden` for a built-in role. */
export async function updateRole(cloud: Cloud, id: string, change: RoleChange): Promise<Role> {
  await assertMutable(cloud, id, 'update');
  const role = await refuseDuplicate('role', change.name, () => updateRoleRow(cloud.store.prisma, id, change));
  if (role === undefined) throw notFound('role', id);
  return role;
}

/** Deletes a role and takes it from all who hold it. Throws `notFound`, or `forbidden` for a built-in role. */
export async function deleteRole(cloud: Cloud, id: string): Promise<void> {
  await assertMutable(cloud, id, 'delete');
  if (!(await deleteRoleRow(cloud.store, id))) throw notFound('role', id);
}

async function assertMutable(cloud: Cloud, id: string, verb: string): Promise<void> {
  const { name } = await getRole(cloud, id);
  if (isBuiltIn(name)) throw new CloudError('forbidden', `Unable to ${verb} immutable role resource: \`${id}\`. The roles ${builtIn.join(', ')} are the cloud's own.`);
}

/** The roles that users hold on projects and on the system, with their names. */
export function listAssignments({ store }: Cloud, filter: RoleAssignmentFilter = {}): Promise<NamedRoleAssignment[]> {
  return listRoleAssignments(store, filter);
}

/** Gives a user a role on a project or on the system; again it does nothing. Throws `notFound` when one of them is not there. */
export async function grantRole(cloud: Cloud, grant: RoleAssignment): Promise<void> {
  await assertParties(cloud, grant);
  await insertRoleAssignments(cloud.store.prisma, [grant]);
}

/** Throws `notFound` when the user does not hold the role there. */
export async function checkGrant(cloud: Cloud, grant: RoleAssignment): Promise<void> {
  await assertParties(cloud, grant);
  if ((await listRoleAssignments(cloud.store, grant)).length === 0) throw noGrant(grant);
}

/** Throws `notFound` when the user does not hold the role there. */
export async function revokeRole(cloud: Cloud, grant: RoleAssignment): Promise<void> {
  await assertParties(cloud, grant);
  if (!(await deleteRoleAssignment(cloud.store, grant))) throw noGrant(grant);
}

async function assertParties(cloud: Cloud, { userId, target, roleId }: RoleAssignment): Promise<void> {
  await getUser(cloud, userId);
  if (target !== systemTarget) await getProject(cloud, target);
  await getRole(cloud, roleId);
}

function noGrant({ userId, target, roleId }: RoleAssignment): CloudError {
  return new CloudError('notFound', `Could not find role assignment with role: ${roleId}, user or group: ${userId}, project, domain, or system: ${target}.`);
}
