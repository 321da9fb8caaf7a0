import { listImages as list } from '@novadock/cloud';
import { Type } from 'typebox';
import { projectCallerOf } from '../../../plugins/auth.ts';
import { problems } from '../problem.ts';
import { defaultLimit, linkAfter, nextLink, paging, refTo } from '../schemas.ts';
import type { V1Route } from '../v1-route.ts';
import { imageSchema, toImage } from './image-schema.ts';

export const listImages: V1Route = (app, { cloud }) => {
  const schema = {
    summary: 'List images',
    description: 'Newest first; those of the project, and those that others share with it.',
    tags: ['images'],
    querystring: Type.Object({ ...paging, name: Type.Optional(Type.String()) }, { additionalProperties: false }),
    response: { 200: Type.Object({ images: Type.Array(refTo(imageSchema)), next: nextLink }), ...problems },
  };
  app.get('/images', { schema }, async (request) => {
    const { limit = defaultLimit, marker, name } = request.query;
    const conditions = name === undefined ? [] : [{ column: 'name', operator: 'eq', value: name } as const];
    const found = await list(cloud, projectCallerOf(request), { conditions, tags: [], properties: {}, sort: [], limit: limit + 1, marker });
    const shown = found.slice(0, limit).map(toImage);
    return { images: shown, next: linkAfter(request.url, shown.at(-1), found.length > limit) };
  });
};
