import { deleteProject as remove } from '@novadock/cloud';
import type { Route } from '../../../deps.ts';

export const deleteProject: Route = (app, deps) => {
  app.delete<{ Params: { id: string } }>('/v3/projects/:id', { config: { adminPolicy: 'identity:delete_project' } }, async (request, reply) => {
    await remove(deps.cloud, request.params.id);
    reply.code(204);
  });
};
