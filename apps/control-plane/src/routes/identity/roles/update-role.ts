import { updateRole as update } from '@novadock/cloud';
import { Type } from 'typebox';
import type { Route } from '../../../deps.ts';
import { roleName, roleProperties, toRole } from './role-body.ts';

const body = Type.Object({ role: Type.Object({ ...roleProperties, name: Type.Optional(roleName) }, { additionalProperties: false }) });

export const updateRole: Route = (app, deps) => {
  app.patch('/v3/roles/:id', { config: { adminPolicy: 'identity:update_role' }, schema: { params: Type.Object({ id: Type.String() }), body } }, async (request) => {
    const { name, description } = request.body.role;
    return { role: toRole(deps, request, await update(deps.cloud, request.params.id, { name, description })) };
  });
};
