import { deleteKeypair as remove, getKeypair } from '@novadock/cloud';
import type { Route } from '../../../deps.ts';
import { projectCallerOf } from '../../../plugins/auth.ts';
import { queryOf, type SchemaOf } from '../../../plugins/validation.ts';
import * as is from '../parameters.ts';
import { toKeypair } from './keypair-view.ts';

type OfKeypair = { Params: { name: string } };

const ofUserQuery: SchemaOf = (version) => is.query(version, version >= 10 ? { user_id: is.text } : {});

/** GET /os-keypairs/{name} */
export const showKeypair: Route = (app, deps) => {
  app.get<OfKeypair>('/os-keypairs/:name', { config: { query: ofUserQuery } }, async (request) => {
    const keypair = await getKeypair(deps.cloud, projectCallerOf(request), { name: request.params.name, userId: queryOf(request).user_id?.at(0) });
    return toKeypair(keypair, request.microversion);
  });
};

/** DELETE /os-keypairs/{name} */
export const deleteKeypair: Route = (app, deps) => {
  app.delete<OfKeypair>('/os-keypairs/:name', { config: { query: ofUserQuery } }, async (request, reply) => {
    await remove(deps.cloud, projectCallerOf(request), { name: request.params.name, userId: queryOf(request).user_id?.at(0) });
    return reply.code(request.microversion >= 2 ? 204 : 202).send();
  });
};
