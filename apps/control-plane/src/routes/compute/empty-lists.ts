import type { Route } from '../../deps.ts';

/** What Nova lists and nobody can make here: clients look, and find none. */
export const emptyLists: Route = (app) => {
  app.get('/os-aggregates', { config: { adminPolicy: 'os_compute_api:os-aggregates:index' } }, async () => ({ aggregates: [] }));
  app.get('/os-server-groups', async () => ({ server_groups: [] }));
};
