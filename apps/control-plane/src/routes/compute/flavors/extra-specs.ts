import { deleteExtraSpec, getFlavor, noExtraSpec, setExtraSpecs } from '@novadock/cloud';
import { CloudError } from '@novadock/model';
import type { FastifyRequest } from 'fastify';
import type { Deps, Route } from '../../../deps.ts';
import { projectCallerOf } from '../../../plugins/auth.ts';
import * as is from '../parameters.ts';

type Specs = Record<string, string | number>;
type OfFlavor = { Params: { id: string } };
type OfSpec = { Params: { id: string; key: string } };

const specs = is.namedValues(['string', 'number']);
const policy = (verb: string) => ({ adminPolicy: `os_compute_api:os-flavor-extra-specs:${verb}` });

/** /flavors/{id}/os-extra_specs: all (GET, POST adds) and each (GET, PUT, DELETE). Administrators change them. */
export const extraSpecs: Route = (app, deps) => {
  app.get<OfFlavor>('/flavors/:id/os-extra_specs', async (request) => ({ extra_specs: await read(deps, request) }));

  app.post<OfFlavor & { Body: { extra_specs: Specs } }>('/flavors/:id/os-extra_specs', { config: { body: () => is.wrapped('extra_specs', specs), ...policy('create') } }, async (request) => {
    await setExtraSpecs(deps.cloud, request.params.id, toText(request.body.extra_specs));
    return request.body;
  });

  app.get<OfSpec>('/flavors/:id/os-extra_specs/:key', async (request) => {
    const { id, key } = request.params;
    const all = await read(deps, request);
    if (!Object.hasOwn(all, key)) throw noExtraSpec(id, key);
    return { [key]: all[key] };
  });

  app.put<OfSpec & { Body: Specs }>('/flavors/:id/os-extra_specs/:key', { config: { body: () => ({ ...specs, minProperties: 1, maxProperties: 1 }), ...policy('update') } }, async (request) => {
    if (!Object.hasOwn(request.body, request.params.key)) throw new CloudError('invalid', 'Request body and URI mismatch');
    await setExtraSpecs(deps.cloud, request.params.id, toText(request.body));
    return request.body;
  });

  app.delete<OfSpec>('/flavors/:id/os-extra_specs/:key', { config: policy('delete') }, async (request, reply) => {
    await deleteExtraSpec(deps.cloud, projectCallerOf(request), { flavorId: request.params.id, key: request.params.key });
    return reply.send();
  });
};

async function read(deps: Deps, request: FastifyRequest): Promise<Record<string, string>> {
  return (await getFlavor(deps.cloud, projectCallerOf(request), (request.params as { id: string }).id)).extraSpecs as Record<string, string>;
}

function toText(values: Specs): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, String(value)]));
}
