import { uploadImage } from '@novadock/cloud';
import { CloudError } from '@novadock/model';
import type { FastifyRequest } from 'fastify';
import type { Route } from '../../deps.ts';
import { callerOf } from '../../plugins/auth.ts';
import { sendNothing } from './image-view.ts';

/** PUT /v2/images/{id}/file: takes octet streams and nothing else, unread and however long. */
export const uploadFile: Route = (app, { cloud }) => {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/octet-stream', (_request, _payload, done) => done(null, undefined));
  app.put<{ Params: { id: string } }>('/v2/images/:id/file', async (request, reply) => {
    await uploadImage(cloud, callerOf(request), { imageId: request.params.id, bytes: request.raw, sizeBytes: announcedSize(request) });
    return sendNothing(reply);
  });
};

function announcedSize(request: FastifyRequest): number | undefined {
  const announced = request.headers['x-openstack-image-size'];
  if (announced === undefined) return undefined;
  if (typeof announced !== 'string' || !/^\d+$/.test(announced)) throw new CloudError('invalid', 'X-OpenStack-Image-Size must be a number of bytes.');
  return Number(announced);
}
