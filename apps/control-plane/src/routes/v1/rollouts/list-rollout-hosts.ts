import { listRolloutHosts as list, rolloutNumber } from '@novadock/cloud';
import { Type } from 'typebox';
import { problems } from '../problem.ts';
import { defaultLimit, linkAfter, nextLink, paging, refTo } from '../schemas.ts';
import type { V1Route } from '../v1-route.ts';
import { rolloutHostSchema, rolloutParams, rolloutPolicy, toRolloutHost } from './rollout-schema.ts';

export const listRolloutHosts: V1Route = (app, { cloud }) => {
  const schema = {
    summary: 'List the hosts of a rollout',
    description: 'In the order of their turn.',
    tags: ['rollouts'],
    params: rolloutParams,
    querystring: Type.Object({ ...paging, state: Type.Optional(Type.String({ description: 'A state; `failed`: all whose last attempt failed.' })) }, { additionalProperties: false }),
    response: { 200: Type.Object({ hosts: Type.Array(refTo(rolloutHostSchema)), next: nextLink }), ...problems },
  };
  app.get('/rollouts/:rollout/hosts', { schema, config: rolloutPolicy }, async (request) => {
    const { limit = defaultLimit, marker: after, state } = request.query;
    const { hosts, more } = await list(cloud, { number: rolloutNumber(request.params.rollout), limit, after, state });
    const last = hosts.at(-1);
    return { hosts: hosts.map(toRolloutHost), next: linkAfter(request.url, last && { id: last.hostId }, more) };
  });
};
