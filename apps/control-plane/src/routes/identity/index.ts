import { TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox';
import type { App, Deps, Route } from '../../deps.ts';
import { auth } from '../../plugins/auth.ts';
import { errors } from '../../plugins/errors.ts';
import { createApplicationCredential } from './application-credentials/create-application-credential.ts';
import { deleteApplicationCredential } from './application-credentials/delete-application-credential.ts';
import { listApplicationCredentials } from './application-credentials/list-application-credentials.ts';
import { showApplicationCredential } from './application-credentials/show-application-credential.ts';
import { showCatalog } from './catalog/show-catalog.ts';
import { getVersions } from './get-versions.ts';
import { checkGrant } from './grants/check-grant.ts';
import { grantRole } from './grants/grant-role.ts';
import { listGrants } from './grants/list-grants.ts';
import { listRoleAssignments } from './grants/list-role-assignments.ts';
import { revokeRole } from './grants/revoke-role.ts';
import { toKeystoneError } from './keystone-error.ts';
import { createProject } from './projects/create-project.ts';
import { deleteProject } from './projects/delete-project.ts';
import { listProjects } from './projects/list-projects.ts';
import { showProject } from './projects/show-project.ts';
import { updateProject } from './projects/update-project.ts';
import { refuseOtherMethods } from './refuse-other-methods.ts';
import { createRole } from './roles/create-role.ts';
import { deleteRole } from './roles/delete-role.ts';
import { listRoles } from './roles/list-roles.ts';
import { showRole } from './roles/show-role.ts';
import { updateRole } from './roles/update-role.ts';
import { issueToken } from './tokens/issue-token.ts';
import { revokeToken } from './tokens/revoke-token.ts';
import { showOwnAccess } from './tokens/show-own-access.ts';
import { showToken } from './tokens/show-token.ts';
import { changePassword } from './users/change-password.ts';
import { createUser } from './users/create-user.ts';
import { deleteUser } from './users/delete-user.ts';
import { listProjectsOfUser } from './users/list-projects-of-user.ts';
import { listUsers } from './users/list-users.ts';
import { showUser } from './users/show-user.ts';
import { updateUser } from './users/update-user.ts';

const routes: Route[] = [
  getVersions, issueToken, showToken, revokeToken, showOwnAccess, showCatalog,
  createProject, listProjects, showProject, updateProject, deleteProject,
  createUser, listUsers, showUser, updateUser, deleteUser, changePassword, listProjectsOfUser,
  createRole, listRoles, showRole, updateRole, deleteRole,
  grantRole, checkGrant, revokeRole, listGrants, listRoleAssignments,
  createApplicationCredential, listApplicationCredentials, showApplicationCredential, deleteApplicationCredential,
];

/** The identity service: Keystone's v3 API for one domain, without groups and federation. */
export async function identity(app: App, deps: Deps): Promise<void> {
  app.setValidatorCompiler(TypeBoxValidatorCompiler);
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('vary', 'X-Auth-Token');
  });
  await app.register(errors, { envelope: toKeystoneError(deps) });
  await app.register(auth, deps);
  refuseOtherMethods(app, () => {
    for (const route of routes) route(app, deps);
  });
}
