import { getInstance } from '@novadock/cloud';
import type { Route } from '../../../deps.ts';
import { projectCallerOf } from '../../../plugins/auth.ts';

/** GET /servers/{id}/topology, since 2.78: no server is bound to NUMA nodes. */
export const showTopology: Route = (app, deps) => {
  app.get<{ Params: { id: string } }>('/servers/:id/topology', { config: { since: 78 } }, async (request) => {
    const auth = projectCallerOf(request);
    await getInstance(deps.cloud, auth, request.params.id);
    return { nodes: [], ...(auth.isAdmin && { pagesize_kb: null }) };
  });
};
