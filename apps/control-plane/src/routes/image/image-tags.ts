import { addImageTag, removeImageTag } from '@novadock/cloud';
import type { Route } from '../../deps.ts';
import { callerOf } from '../../plugins/auth.ts';
import { checkImage } from './check-image.ts';
import { sendNothing } from './image-view.ts';

type Params = { id: string; tag: string };

/** PUT and DELETE /v2/images/{id}/tags/{tag} */
export const imageTags: Route = (app, { cloud }) => {
  app.put<{ Params: Params }>('/v2/images/:id/tags/:tag', async (request, reply) => {
    checkImage({ tags: [request.params.tag] });
    await addImageTag(cloud, callerOf(request), request.params.id, request.params.tag);
    return sendNothing(reply);
  });
  app.delete<{ Params: Params }>('/v2/images/:id/tags/:tag', async (request, reply) => {
    await removeImageTag(cloud, callerOf(request), request.params.id, request.params.tag);
    return sendNothing(reply);
  });
};
