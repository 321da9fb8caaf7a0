import { revokeHost as revoke } from '@novadock/cloud';
import { problems } from '../problem.ts';
import { refTo } from '../schemas.ts';
import type { V1Route } from '../v1-route.ts';
import { findHost, hostParams, hostSchema, toHost } from './host-schema.ts';

export const revokeHost: V1Route = (app, { cloud }) => {
  const schema = {
    summary: 'Cut a host off, for good',
    description: 'Its connections are closed at once, it gets no instances, and its certificate is not renewed. What runs on it is left alone. To come back it is forgotten and joins anew.',
    tags: ['hosts'],
    params: hostParams,
    response: { 200: refTo(hostSchema), ...problems },
  };
  app.post('/hosts/:host/revoke', { schema, config: { adminPolicy: 'novadock:hosts' } }, async (request) => {
    const { id } = await findHost(cloud, request.params.host);
    await revoke(cloud, id);
    return toHost(await findHost(cloud, id));
  });
};
