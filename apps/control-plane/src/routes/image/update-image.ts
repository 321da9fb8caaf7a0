import { updateImage as update } from '@novadock/cloud';
import type { Route } from '../../deps.ts';
import { callerOf } from '../../plugins/auth.ts';
import { sendJson, toImageView } from './image-view.ts';
import { patchTypes, toChanges } from './image-patch.ts';

/** PATCH /v2/images/{id}: a JSON patch, in one of the two forms that Glance has known. */
export const updateImage: Route = (app, { cloud }) => {
  app.patch<{ Params: { id: string } }>('/v2/images/:id', async (request, reply) => {
    reply.header('accept-patch', Object.keys(patchTypes).join(', '));
    const changes = toChanges(request.headers['content-type'], request.body);
    reply.removeHeader('accept-patch');
    return sendJson(reply, toImageView(await update(cloud, callerOf(request), request.params.id, changes)));
  });
};
