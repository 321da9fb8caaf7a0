import { deleteImage as remove } from '@novadock/cloud';
import type { Route } from '../../deps.ts';
import { callerOf } from '../../plugins/auth.ts';
import { sendNothing } from './image-view.ts';

/** DELETE /v2/images/{id} */
export const deleteImage: Route = (app, { cloud }) => {
  app.delete<{ Params: { id: string } }>('/v2/images/:id', async (request, reply) => {
    await remove(cloud, callerOf(request), request.params.id);
    return sendNothing(reply);
  });
};
