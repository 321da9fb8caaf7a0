import { deleteFlavor as remove } from '@novadock/cloud';
import type { Route } from '../../../deps.ts';

/** DELETE /flavors/{id}, for administrators. */
export const deleteFlavor: Route = (app, deps) => {
  app.delete<{ Params: { id: string } }>('/flavors/:id', { config: { adminPolicy: 'os_compute_api:os-flavor-manage:delete' } }, async (request, reply) => {
    await remove(deps.cloud, request.params.id);
    return reply.code(202).send();
  });
};
