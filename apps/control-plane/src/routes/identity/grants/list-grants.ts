import { listAssignments, listRoles } from '@novadock/cloud';
import type { Route } from '../../../deps.ts';
import { collection } from '../collection.ts';
import { toRole } from '../roles/role-body.ts';
import { grantPaths, toGrant, type GrantParams } from './grant-path.ts';

export const listGrants: Route = (app, deps) => {
  for (const path of grantPaths) {
    app.get<{ Params: Omit<GrantParams, 'roleId'> }>(path, { config: { adminPolicy: 'identity:list_grants' } }, async (request) => {
      const { userId, target } = toGrant({ ...request.params, roleId: '' });
      const held = new Set((await listAssignments(deps.cloud, { userId, target })).map(({ roleId }) => roleId));
      const roles = (await listRoles(deps.cloud)).filter(({ id }) => held.has(id));
      return collection(deps, request, 'roles', roles.map((role) => toRole(deps, request, role)));
    });
  }
};
