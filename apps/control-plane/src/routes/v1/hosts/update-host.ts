import { setHostEnabled } from '@novadock/cloud';
import { Type } from 'typebox';
import { problems } from '../problem.ts';
import { refTo } from '../schemas.ts';
import type { V1Route } from '../v1-route.ts';
import { findHost, hostParams, hostSchema, toHost } from './host-schema.ts';

const bodySchema = Type.Object({ enabled: Type.Boolean(), reason: Type.Optional(Type.String({ maxLength: 255, description: 'Why it is disabled.' })) }, { additionalProperties: false });

export const updateHost: V1Route = (app, { cloud }) => {
  const schema = {
    summary: 'Let a host take new instances, or not',
    description: 'Those that live there are left alone.',
    tags: ['hosts'],
    params: hostParams,
    body: bodySchema,
    response: { 200: refTo(hostSchema), ...problems },
  };
  app.patch('/hosts/:host', { schema, config: { adminPolicy: 'novadock:hosts' } }, async (request) => {
    const { id } = await findHost(cloud, request.params.host);
    await setHostEnabled(cloud, { id, ...request.body });
    return toHost(await findHost(cloud, id));
  });
};
