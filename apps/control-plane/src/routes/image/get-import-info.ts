import type { Route } from '../../deps.ts';
import { sendJson } from './image-view.ts';

/** GET /v2/info/import: images come by upload and in no other way. */
export const getImportInfo: Route = (app) => {
  app.get('/v2/info/import', async (_request, reply) => sendJson(reply, { 'import-methods': { description: 'Import methods available.', type: 'array', value: [] } }));
};
