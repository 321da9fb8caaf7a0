import type { Route } from '../../deps.ts';
import type { RawQuery } from './read-query.ts';
import { selectItems } from './select-items.ts';

const zones = [{ name: 'nova', resource: 'network', state: 'available' }];

/** The agents of Neutron, of which there are none, and its availability zones. */
export const listSurroundings: Route = (app) => {
  app.get('/v2.0/agents', async () => ({ agents: [] }));
  app.get<{ Querystring: RawQuery }>('/v2.0/availability_zones', async (request) => ({ availability_zones: selectItems(zones, request.query) }));
};
