import { deleteImage as remove } from '@novadock/cloud';
import { projectCallerOf } from '../../../plugins/auth.ts';
import { problems } from '../problem.ts';
import { noContent } from '../schemas.ts';
import type { V1Route } from '../v1-route.ts';
import { findImage } from './find-image.ts';
import { imageParams } from './image-schema.ts';

export const deleteImage: V1Route = (app, { cloud }) => {
  const schema = {
    summary: 'Delete an image',
    description: 'Instances made of it stay.',
    tags: ['images'],
    params: imageParams,
    response: { 204: noContent('Deleted'), ...problems },
  };
  app.delete('/images/:image', { schema }, async (request, answer) => {
    const auth = projectCallerOf(request);
    const { id } = await findImage(cloud, auth, request.params.image);
    await remove(cloud, auth, id);
    return answer.code(204).send();
  });
};
