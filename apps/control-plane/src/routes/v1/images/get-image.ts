import { projectCallerOf } from '../../../plugins/auth.ts';
import { problems } from '../problem.ts';
import { refTo } from '../schemas.ts';
import type { V1Route } from '../v1-route.ts';
import { findImage } from './find-image.ts';
import { imageParams, imageSchema, toImage } from './image-schema.ts';

export const getImage: V1Route = (app, { cloud }) => {
  const schema = { summary: 'Show an image', tags: ['images'], params: imageParams, response: { 200: refTo(imageSchema), ...problems } };
  app.get('/images/:image', { schema }, async (request) => toImage(await findImage(cloud, projectCallerOf(request), request.params.image)));
};
