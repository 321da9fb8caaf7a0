import { getProfile as get } from '@novadock/cloud';
import { Type } from 'typebox';
import { problems } from '../problem.ts';
import type { V1Route } from '../v1-route.ts';
import { profileParams, profileReply, toProfileReply } from './profile-schema.ts';

export const getProfile: V1Route = (app, { cloud }) => {
  const schema = {
    summary: 'Show a profile, and what differs from the revision before',
    tags: ['profiles'],
    params: profileParams,
    querystring: Type.Object({ revision: Type.Optional(Type.Integer({ minimum: 1, maximum: 2_147_483_647, description: 'The newest unless said.' })) }, { additionalProperties: false }),
    response: { 200: profileReply, ...problems },
  };
  app.get('/profiles/:name', { schema, config: { adminPolicy: 'novadock:profiles' } }, async (request) => toProfileReply(await get(cloud, request.params.name, request.query.revision)));
};
