import { actOnInstance } from '@novadock/cloud';
import type { Route } from '../../../deps.ts';
import { projectCallerOf } from '../../../plugins/auth.ts';

/** DELETE /servers/{id} */
export const deleteServer: Route = (app, deps) => {
  app.delete<{ Params: { id: string } }>('/servers/:id', async (request, reply) => {
    await actOnInstance(deps.cloud, projectCallerOf(request), { id: request.params.id, action: 'delete', requestId: request.id });
    return reply.code(204).send();
  });
};
