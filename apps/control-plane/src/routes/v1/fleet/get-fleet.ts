import { getFleet as get } from '@novadock/cloud';
import { Type } from 'typebox';
import { problems } from '../problem.ts';
import { refTo } from '../schemas.ts';
import type { V1Route } from '../v1-route.ts';
import { fleetSchema, toFleet } from './fleet-schema.ts';

const defaultBroken = 20;

const query = Type.Object({ limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: `At most so many broken things of each kind; ${defaultBroken} unless said.` })) }, { additionalProperties: false });

export const getFleet: V1Route = (app, { cloud }) => {
  const schema = {
    summary: 'Show the fleet in numbers, and what is broken',
    description: 'Hosts and instances counted, the rollouts that are under way, and what is broken and why. The size of the answer does not grow with the fleet.',
    tags: ['hosts'],
    querystring: query,
    response: { 200: refTo(fleetSchema), ...problems },
  };
  app.get('/fleet', { schema, config: { adminPolicy: 'novadock:hosts' } }, async ({ query: { limit = defaultBroken } }) => toFleet(await get(cloud, { limit })));
};
