import { getUser } from '@novadock/cloud';
import type { Route } from '../../../deps.ts';
import { assertSelfOrAdmin } from '../assert-self.ts';
import { toUser } from './user-body.ts';

export const showUser: Route = (app, deps) => {
  app.get<{ Params: { id: string } }>('/v3/users/:id', async (request) => {
    assertSelfOrAdmin(request, request.params.id, 'identity:get_user');
    return { user: toUser(deps, request, await getUser(deps.cloud, request.params.id)) };
  });
};
