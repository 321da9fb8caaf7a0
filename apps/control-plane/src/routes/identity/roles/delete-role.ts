import { deleteRole as remove } from '@novadock/cloud';
import type { Route } from '../../../deps.ts';

export const deleteRole: Route = (app, deps) => {
  app.delete<{ Params: { id: string } }>('/v3/roles/:id', { config: { adminPolicy: 'identity:delete_role' } }, async (request, reply) => {
    await remove(deps.cloud, request.params.id);
    reply.code(204);
  });
};
