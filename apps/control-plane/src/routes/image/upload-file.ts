import { uploadImage } from '@novadock/cloud';
import { CloudError } from '@novadock/model';
import type { FastifyRequest } from 'fastify';
import type { App, Deps } from '../../deps.ts';
import { callerOf } from '../../plugins/auth.ts';
import { sendNothing } from './image-view.ts';

/** PUT /v2/images/{id}/file. A plugin of its own, for it takes one media type and hands its bytes on unread, however many. */
export async function uploadFile(app: App, { cloud }: Deps): Promise<void> {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/octet-stream', (_request, payload, done) => done(null, payload));
  app.put<{ Params: { id: string } }>('/v2/images/:id/file', async (request, reply) => {
    // When the upload is refused midway the request stays open, so that its client is told why.
    const bytes = request.raw.iterator({ destroyOnReturn: false });
    await uploadImage(cloud, callerOf(request), { imageId: request.params.id, bytes, sizeBytes: announcedSize(request) });
    return sendNothing(reply);
  });
}

function announcedSize(request: FastifyRequest): number | undefined {
  const announced = request.headers['x-openstack-image-size'];
  if (announced === undefined) return undefined;
  if (typeof announced !== 'string' || !/^\d+$/.test(announced)) throw new CloudError('invalid', 'X-OpenStack-Image-Size must be a number of bytes.');
  return Number(announced);
}
