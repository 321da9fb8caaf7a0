import { getInstance } from '@novadock/cloud';
import type { Route } from '../../../deps.ts';
import { projectCallerOf } from '../../../plugins/auth.ts';
import { linksFor } from '../links.ts';
import { toServer } from './server-view.ts';

/** GET /servers/{id} */
export const showServer: Route = (app, deps) => {
  app.get<{ Params: { id: string } }>('/servers/:id', async (request) => {
    const auth = projectCallerOf(request);
    const instance = await getInstance(deps.cloud, auth, request.params.id);
    return { server: toServer(instance, { version: request.microversion, isAdmin: auth.isAdmin, links: linksFor(deps, request), in: 'show' }) };
  });
};
