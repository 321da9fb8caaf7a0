import { createImage as create, type NewImage } from '@novadock/cloud';
import { CloudError } from '@novadock/model';
import { baseUrl, type Route } from '../../deps.ts';
import { projectCallerOf } from '../../plugins/auth.ts';
import { checkImage } from './check-image.ts';
import { settableField } from './image-fields.ts';
import { sendJson, toImageView } from './image-view.ts';

const defaults = { name: null, visibility: 'shared', containerFormat: null, diskFormat: null, minDiskGb: 0, minMemoryMb: 0, protected: false, hidden: false, tags: [] };

/** POST /v2/images */
export const createImage: Route = (app, deps) => {
  app.post('/v2/images', async (request, reply) => {
    const image = await create(deps.cloud, projectCallerOf(request), toNewImage(request.body));
    reply.code(201).header('location', `${baseUrl(deps, request)}/image/v2/images/${image.id}`);
    return sendJson(reply, toImageView(image));
  });
};

function toNewImage(body: unknown): NewImage {
  if (body === undefined) throw new CloudError('invalid', 'Body expected in request.');
  checkImage(body);
  const image: NewImage = { ...defaults, properties: {} };
  for (const [name, value] of Object.entries(body)) {
    if (name.length > 255) throw new CloudError('invalid', 'Custom property should not be greater than 255 characters.');
    const field = name === 'id' ? 'id' : settableField(name);
    // The schema has checked the type.
    if (field !== undefined) Object.assign(image, { [field]: value ?? defaults[field as keyof typeof defaults] });
    else image.properties[name] = value as string | null;
  }
  return image;
}
