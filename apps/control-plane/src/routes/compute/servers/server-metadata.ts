import { getInstance, setInstanceMetadata } from '@novadock/cloud';
import { CloudError } from '@novadock/model';
import type { Route } from '../../../deps.ts';
import { projectCallerOf } from '../../../plugins/auth.ts';
import * as is from '../parameters.ts';

type Metadata = Record<string, string>;
type OfServer = { Params: { id: string } };
type OfItem = { Params: { id: string; key: string } };

const wholeBody = () => is.wrapped('metadata', is.metadata);
const itemBody = () => is.wrapped('meta', { ...is.metadata, minProperties: 1, maxProperties: 1 });
const notFound = () => new CloudError('notFound', 'Metadata item was not found');

/** /servers/{id}/metadata: all of it (GET, PUT replaces, POST adds) and each item (GET, PUT, DELETE). */
export const serverMetadata: Route = (app, deps) => {
  const read = async (request: Parameters<typeof projectCallerOf>[0], id: string) => (await getInstance(deps.cloud, projectCallerOf(request), id)).metadata as Metadata;

  app.get<OfServer>('/servers/:id/metadata', async (request) => ({ metadata: await read(request, request.params.id) }));

  app.post<OfServer & { Body: { metadata: Metadata } }>('/servers/:id/metadata', { config: { body: wholeBody } }, async (request) => ({
    metadata: await setInstanceMetadata(deps.cloud, projectCallerOf(request), { id: request.params.id, merge: request.body.metadata }),
  }));

  app.put<OfServer & { Body: { metadata: Metadata } }>('/servers/:id/metadata', { config: { body: wholeBody } }, async (request) => ({
    metadata: await setInstanceMetadata(deps.cloud, projectCallerOf(request), { id: request.params.id, replace: request.body.metadata }),
  }));

  app.get<OfItem>('/servers/:id/metadata/:key', async (request) => {
    const { id, key } = request.params;
    const metadata = await read(request, id);
    if (!Object.hasOwn(metadata, key)) throw notFound();
    return { meta: { [key]: metadata[key] } };
  });

  app.put<OfItem & { Body: { meta: Metadata } }>('/servers/:id/metadata/:key', { config: { body: itemBody } }, async (request) => {
    const { id, key } = request.params;
    if (!Object.hasOwn(request.body.meta, key)) throw new CloudError('invalid', 'Request body and URI mismatch');
    await setInstanceMetadata(deps.cloud, projectCallerOf(request), { id, merge: request.body.meta });
    return { meta: request.body.meta };
  });

  app.delete<OfItem>('/servers/:id/metadata/:key', async (request, reply) => {
    const { id, key } = request.params;
    if (!Object.hasOwn(await read(request, id), key)) throw notFound();
    await setInstanceMetadata(deps.cloud, projectCallerOf(request), { id, merge: { [key]: null } });
    return reply.code(204).send();
  });
};
