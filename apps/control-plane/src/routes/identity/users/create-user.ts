import { createUser as create } from '@novadock/cloud';
import { Type } from 'typebox';
import type { Route } from '../../../deps.ts';
import { fromUser, toUser, userName, userProperties } from './user-body.ts';

const body = Type.Object({ user: Type.Object({ ...userProperties, name: userName }, { additionalProperties: false }) });

export const createUser: Route = (app, deps) => {
  app.post('/v3/users', { config: { adminPolicy: 'identity:create_user' }, schema: { body } }, async (request, reply) => {
    const { user } = request.body;
    const created = await create(deps.cloud, { ...fromUser(user), name: user.name });
    reply.code(201);
    return { user: toUser(deps, request, created) };
  });
};
