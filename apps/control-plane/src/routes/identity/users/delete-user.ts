import { deleteUser as remove } from '@novadock/cloud';
import type { Route } from '../../../deps.ts';

export const deleteUser: Route = (app, deps) => {
  app.delete<{ Params: { id: string } }>('/v3/users/:id', { config: { adminPolicy: 'identity:delete_user' } }, async (request, reply) => {
    await remove(deps.cloud, request.params.id);
    reply.code(204);
  });
};
