import { updateUser as update } from '@novadock/cloud';
import { Type } from 'typebox';
import type { Route } from '../../../deps.ts';
import { fromUser, toUser, userChange } from './user-body.ts';

const body = Type.Object({ user: userChange });

export const updateUser: Route = (app, deps) => {
  app.patch('/v3/users/:id', { config: { adminPolicy: 'identity:update_user' }, schema: { params: Type.Object({ id: Type.String() }), body } }, async (request) => ({
    user: toUser(deps, request, await update(deps.cloud, request.params.id, fromUser(request.body.user))),
  }));
};
