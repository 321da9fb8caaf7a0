import { listRoles as list } from '@novadock/cloud';
import type { Route } from '../../../deps.ts';
import { collection } from '../collection.ts';
import { toRole } from './role-body.ts';

export const listRoles: Route = (app, deps) => {
  app.get('/v3/roles', { config: { adminPolicy: 'identity:list_roles' } }, async (request) => {
    const roles = await list(deps.cloud);
    return collection(deps, request, 'roles', roles.map((role) => toRole(deps, request, role)));
  });
};
