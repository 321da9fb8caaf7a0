import { updateFlavor as update } from '@novadock/cloud';
import type { Route } from '../../../deps.ts';
import { linksFor } from '../links.ts';
import * as is from '../parameters.ts';
import { toFlavor } from './flavor-view.ts';

const updateFlavorBody = () => is.wrapped('flavor', is.object({ description: is.description(65535) }, ['description']));

/** PUT /flavors/{id}, since 2.55, for administrators: its description. */
export const updateFlavor: Route = (app, deps) => {
  const config = { since: 55, body: updateFlavorBody, adminPolicy: 'os_compute_api:os-flavor-manage:update' };
  app.put<{ Params: { id: string }; Body: { flavor: { description: string | null } } }>('/flavors/:id', { config }, async (request) => {
    const flavor = await update(deps.cloud, { id: request.params.id, description: request.body.flavor.description });
    return { flavor: toFlavor(flavor, { version: request.microversion, links: linksFor(deps, request) }) };
  });
};
