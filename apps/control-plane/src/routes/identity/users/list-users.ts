import { listUsers as list } from '@novadock/cloud';
import type { Route } from '../../../deps.ts';
import { collection } from '../collection.ts';
import { toUser } from './user-body.ts';

export const listUsers: Route = (app, deps) => {
  app.get('/v3/users', { config: { adminPolicy: 'identity:list_users' } }, async (request) => {
    const users = await list(deps.cloud);
    return collection(deps, request, 'users', users.map((user) => toUser(deps, request, user)));
  });
};
