import { problems } from '../problem.ts';
import { refTo } from '../schemas.ts';
import type { V1Route } from '../v1-route.ts';
import { findHost, hostParams, hostSchema, toHost } from './host-schema.ts';

export const getHost: V1Route = (app, { cloud }) => {
  const schema = { summary: 'Show a host', tags: ['hosts'], params: hostParams, response: { 200: refTo(hostSchema), ...problems } };
  app.get('/hosts/:host', { schema, config: { adminPolicy: 'novadock:hosts' } }, async (request) => toHost(await findHost(cloud, request.params.host)));
};
