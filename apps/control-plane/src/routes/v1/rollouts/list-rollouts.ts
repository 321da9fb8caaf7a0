import { listRollouts as list, rolloutNumber } from '@novadock/cloud';
import { Type } from 'typebox';
import { problems } from '../problem.ts';
import { defaultLimit, linkAfter, nextLink, paging } from '../schemas.ts';
import type { V1Route } from '../v1-route.ts';
import { rolloutPolicy, rolloutReply, rolloutState, toRollout } from './rollout-schema.ts';

export const listRollouts: V1Route = (app, { cloud }) => {
  const schema = {
    summary: 'List rollouts',
    description: 'Newest first.',
    tags: ['rollouts'],
    querystring: Type.Object({ ...paging, state: Type.Optional(rolloutState) }, { additionalProperties: false }),
    response: { 200: Type.Object({ rollouts: Type.Array(rolloutReply), next: nextLink }), ...problems },
  };
  app.get('/rollouts', { schema, config: rolloutPolicy }, async (request) => {
    const { limit = defaultLimit, marker, state } = request.query;
    const { rollouts, more } = await list(cloud, { limit, state, before: marker === undefined ? undefined : rolloutNumber(marker) });
    const shown = rollouts.map(toRollout);
    return { rollouts: shown, next: linkAfter(request.url, shown.at(-1), more) };
  });
};
