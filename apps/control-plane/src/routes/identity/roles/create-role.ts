import { createRole as create } from '@novadock/cloud';
import { Type } from 'typebox';
import type { Route } from '../../../deps.ts';
import { roleName, roleProperties, toRole } from './role-body.ts';

const body = Type.Object({ role: Type.Object({ ...roleProperties, name: roleName }, { additionalProperties: false }) });

export const createRole: Route = (app, deps) => {
  app.post('/v3/roles', { config: { adminPolicy: 'identity:create_role' }, schema: { body } }, async (request, reply) => {
    const { name, description } = request.body.role;
    const created = await create(deps.cloud, { name, description });
    reply.code(201);
    return { role: toRole(deps, request, created) };
  });
};
