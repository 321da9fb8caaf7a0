import { randomBytes } from 'node:crypto';
import { CloudError } from '@novadock/model';
import {
  deleteApplicationCredentialRow, findApplicationCredential, insertApplicationCredential, listApplicationCredentialRows, listRoleAssignments,
  type ApplicationCredential, type RoleRef,
} from '@novadock/store';
import type { Cloud } from '../cloud.ts';
import type { ProjectAuth } from './auth.ts';
import { newId } from './bootstrap-identity.ts';
import { notFound, refuseDuplicate } from './failures.ts';
import { hashPassword } from './password-checker.ts';

export type NewApplicationCredential = { name: string; description?: string | null; secret?: string; roles?: { id?: string; name?: string }[]; expiresAt?: Date };

/**
 * A credential for the caller's project, with roles that they hold there (all of them unless `roles` says which), and its
 * secret, which nobody can read again. Throws `conflict` when the caller has one of that name, `invalid` for a role not held.
 */
export async function createApplicationCredential(cloud: Cloud, auth: ProjectAuth, request: NewApplicationCredential): Promise<{ credential: ApplicationCredential; roles: RoleRef[]; secret: string }> {
  if (auth.methods.includes('application_credential')) throw new CloudError('forbidden', 'Using method \'application_credential\' is not allowed for managing additional application credentials.');
  const { name, description, expiresAt, secret = randomBytes(64).toString('base64url') } = request;
  const roles = chosenRoles(await rolesHeld(cloud, auth), request.roles);
  const secretHash = await hashPassword(secret);
  const row = { id: newId(), userId: auth.userId, projectId: auth.projectId, name, description, expiresAt, secretHash, roleIds: roles.map(({ id }) => id) };
  const credential = await refuseDuplicate('application_credential', name, () => insertApplicationCredential(cloud.store, row));
  return { credential, roles, secret };
}

/** Those of a user, by name. */
export function listApplicationCredentials({ store }: Cloud, userId: string): Promise<ApplicationCredential[]> {
  return listApplicationCredentialRows(store, userId);
}

/** Throws `notFound`. */
export async function getApplicationCredential({ store }: Cloud, key: { id: string; userId: string }): Promise<ApplicationCredential> {
  const credential = await findApplicationCredential(store, key);
  if (credential === null) throw notFound('Application Credential', key.id);
  return credential;
}

/** Deletes a credential and voids its tokens. Throws `notFound`. */
export async function deleteApplicationCredential({ store }: Cloud, key: { id: string; userId: string }): Promise<void> {
  if (!(await deleteApplicationCredentialRow(store, key))) throw notFound('Application Credential', key.id);
}

async function rolesHeld({ store }: Cloud, auth: ProjectAuth): Promise<RoleRef[]> {
  const held = await listRoleAssignments(store, { userId: auth.userId, target: auth.projectId });
  return held.map(({ roleId, roleName }) => ({ id: roleId, name: roleName }));
}

function chosenRoles(held: RoleRef[], wanted: { id?: string; name?: string }[] | undefined): RoleRef[] {
  if (wanted === undefined || wanted.length === 0) return held;
  return wanted.map(({ id, name }) => {
    const role = held.find((one) => (id === undefined ? one.name === name : one.id === id));
    if (role === undefined) throw new CloudError('invalid', `Invalid application credential: Could not find role assignment with role: ${id ?? name ?? ''}.`);
    return role;
  });
}
