import { getFlavor } from '@novadock/cloud';
import type { Route } from '../../../deps.ts';
import { projectCallerOf } from '../../../plugins/auth.ts';
import { linksFor } from '../links.ts';
import { toFlavor } from './flavor-view.ts';

/** GET /flavors/{id} */
export const showFlavor: Route = (app, deps) => {
  app.get<{ Params: { id: string } }>('/flavors/:id', async (request) => {
    const flavor = await getFlavor(deps.cloud, projectCallerOf(request), request.params.id);
    return { flavor: toFlavor(flavor, { version: request.microversion, links: linksFor(deps, request) }) };
  });
};
