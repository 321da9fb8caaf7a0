import { getRollout as get, rolloutNumber, waitForRollout } from '@novadock/cloud';
import { Type } from 'typebox';
import { timeoutMsOf } from '../instances/wait-schema.ts';
import { problems } from '../problem.ts';
import { oneOf } from '../schemas.ts';
import { untilGone } from '../until-gone.ts';
import type { V1Route } from '../v1-route.ts';
import { etagOf, rolloutParams, rolloutPolicy, rolloutReply, toRollout } from './rollout-schema.ts';

const query = Type.Object(
  {
    wait: Type.Optional(oneOf(['succeeded', 'settled'], '`settled`: it has ended, or waits for somebody, and no host is being changed. `succeeded`: it has ended, however it did. Or the time is over.')),
    timeout: Type.Optional(Type.Integer({ minimum: 1, maximum: 600, description: 'How long to wait, in seconds; 60 unless said.' })),
  },
  { additionalProperties: false },
);

export const getRollout: V1Route = (app, { cloud, feed }) => {
  const schema = { summary: 'Show a rollout', description: 'Its ETag is for PATCH.', tags: ['rollouts'], params: rolloutParams, querystring: query, response: { 200: rolloutReply, ...problems } };
  app.get('/rollouts/:rollout', { schema, config: rolloutPolicy }, async (request, answer) => {
    const number = rolloutNumber(request.params.rollout);
    const { wait: until } = request.query;
    const rollout = until === undefined ? await get(cloud, number) : await waitForRollout(cloud, feed, { number, until, timeoutMs: timeoutMsOf(request.query), signal: untilGone(answer) });
    return answer.header('etag', etagOf(rollout)).send(toRollout(rollout));
  });
};
