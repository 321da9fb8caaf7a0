import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { createImage as create, deleteImage, getImage, uploadImage, type Cloud, type ProjectAuth } from '@novadock/cloud';
import { CloudError } from '@novadock/model';
import type { Image } from '@novadock/store';
import { Type, type Static } from 'typebox';
import { projectCallerOf } from '../../../plugins/auth.ts';
import { claimIdOf } from '../../../plugins/idempotency.ts';
import { problems } from '../problem.ts';
import { refTo } from '../schemas.ts';
import type { V1Route } from '../v1-route.ts';
import { archiveTypes } from './archive-parser.ts';
import { imageSchema, toImage } from './image-schema.ts';

const query = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 255 }),
    visibility: Type.Optional(Type.Union([Type.Literal('private'), Type.Literal('shared'), Type.Literal('community'), Type.Literal('public')], { description: 'private unless said.' })),
  },
  { additionalProperties: false },
);

const archive = { schema: Type.Unsafe<Readable>({ description: 'What `docker save` wrote.' }) };

export const createImage: V1Route = (app, { cloud }) => {
  const schema = {
    summary: 'Make an image of an archive',
    description: 'The body is what `docker save` wrote. Any bytes are taken: `bootable` and `unbootableReason` say what came of them.',
    tags: ['images'],
    querystring: query,
    body: { content: Object.fromEntries(archiveTypes.map((type) => [type, archive])) },
    response: { 201: refTo(imageSchema), ...problems },
  };
  app.post('/images', { schema }, async (request, answer) => {
    const auth = projectCallerOf(request);
    const bytes = request.body;
    if (!(bytes instanceof Readable)) throw new CloudError('invalid', `The body must be an archive, sent as ${archiveTypes.join(', ')}.`, { reason: 'noArchive' });
    const length = request.headers['content-length'];
    const image = await queueImage(cloud, auth, { ...request.query, claimId: claimIdOf(request) });
    if (image.status === 'queued') await upload(cloud, auth, { image, bytes, sizeBytes: length === undefined ? undefined : Number(length), keep: claimIdOf(request) !== undefined });
    return answer.code(201).send(toImage(await getImage(cloud, auth, image.id)));
  });
};

/** An image that waits for its bytes; when this request was made before, the image of that time. */
async function queueImage(cloud: Cloud, auth: ProjectAuth, { name, visibility = 'private', claimId }: Static<typeof query> & { claimId: string | undefined }): Promise<Image> {
  const id = claimId ?? randomUUID();
  try {
    return await create(cloud, auth, { id, name, visibility, containerFormat: 'docker', diskFormat: 'raw', minDiskGb: 0, minMemoryMb: 0, protected: false, hidden: false, tags: [], properties: {} });
  } catch (error) {
    if (claimId === undefined || !(error instanceof CloudError) || error.reason !== 'imageExists') throw error;
    return getImage(cloud, auth, id);
  }
}

/** `keep` leaves the image of an upload that broke off to the request's repetition. */
async function upload(cloud: Cloud, auth: ProjectAuth, { image, bytes, sizeBytes, keep }: { image: Image; bytes: Readable; sizeBytes: number | undefined; keep: boolean }): Promise<void> {
  try {
    await uploadImage(cloud, auth, { imageId: image.id, bytes, sizeBytes });
  } catch (error) {
    if (!keep) await deleteImage(cloud, auth, image.id);
    throw error;
  }
}
