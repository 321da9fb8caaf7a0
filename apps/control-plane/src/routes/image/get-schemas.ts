import type { Route } from '../../deps.ts';
import { schemas } from './image-schema.ts';
import { sendJson } from './image-view.ts';

/** GET /v2/schemas/{image,images,member,members} */
export const getSchemas: Route = (app) => {
  for (const [name, schema] of Object.entries(schemas)) app.get(`/v2/schemas/${name}`, async (_request, reply) => sendJson(reply, schema));
};
