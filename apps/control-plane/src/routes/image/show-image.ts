import { getImage } from '@novadock/cloud';
import type { Route } from '../../deps.ts';
import { callerOf } from '../../plugins/auth.ts';
import { sendJson, toImageView } from './image-view.ts';

/** GET /v2/images/{id} */
export const showImage: Route = (app, { cloud }) => {
  app.get<{ Params: { id: string } }>('/v2/images/:id', async (request, reply) => sendJson(reply, toImageView(await getImage(cloud, callerOf(request), request.params.id))));
};
