import { deleteApplicationCredential as remove } from '@novadock/cloud';
import type { Route } from '../../../deps.ts';
import { assertSelfOrAdmin } from '../assert-self.ts';

export const deleteApplicationCredential: Route = (app, deps) => {
  app.delete<{ Params: { userId: string; id: string } }>('/v3/users/:userId/application_credentials/:id', async (request, reply) => {
    assertSelfOrAdmin(request, request.params.userId, 'identity:delete_application_credential');
    await remove(deps.cloud, request.params);
    reply.code(204);
  });
};
