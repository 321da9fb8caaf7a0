import { listImages as list } from '@novadock/cloud';
import type { Route } from '../../deps.ts';
import { callerOf } from '../../plugins/auth.ts';
import { toListImages } from './image-query.ts';
import { sendJson, toImageView } from './image-view.ts';

/** GET /v2/images: a page, and the path of the next one where this one is full. */
export const listImages: Route = (app, { cloud }) => {
  app.get('/v2/images', async (request, reply) => {
    const query = new URL(request.url, 'http://localhost').searchParams;
    const filter = toListImages(query);
    const images = await list(cloud, callerOf(request), filter);
    query.delete('marker');
    const first = withQuery(query);
    const last = images.at(-1);
    if (last !== undefined) query.set('marker', last.id);
    return sendJson(reply, {
      images: images.map(toImageView),
      first,
      schema: '/v2/schemas/images',
      ...(last !== undefined && images.length === filter.limit ? { next: withQuery(query) } : {}),
    });
  });
};

function withQuery(query: URLSearchParams): string {
  return query.size === 0 ? '/v2/images' : `/v2/images?${query}`;
}
