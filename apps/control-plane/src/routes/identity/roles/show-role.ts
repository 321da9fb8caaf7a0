import { getRole } from '@novadock/cloud';
import type { Route } from '../../../deps.ts';
import { toRole } from './role-body.ts';

export const showRole: Route = (app, deps) => {
  app.get<{ Params: { id: string } }>('/v3/roles/:id', { config: { adminPolicy: 'identity:get_role' } }, async (request) => ({
    role: toRole(deps, request, await getRole(deps.cloud, request.params.id)),
  }));
};
