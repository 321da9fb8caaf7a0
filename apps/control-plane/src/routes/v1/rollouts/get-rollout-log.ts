import { getRolloutHostLog, rolloutNumber } from '@novadock/cloud';
import { Type } from 'typebox';
import { problems } from '../problem.ts';
import { refTo } from '../schemas.ts';
import type { V1Route } from '../v1-route.ts';
import { rolloutLogSchema, rolloutParams, rolloutPolicy, toRolloutLog } from './rollout-schema.ts';

export const getRolloutLog: V1Route = (app, { cloud }) => {
  const schema = {
    summary: 'Show what a host did for a rollout',
    tags: ['rollouts'],
    params: Type.Object({ ...rolloutParams.properties, host: Type.String({ description: 'Its id or name.' }) }),
    querystring: Type.Object({ attempt: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000, description: 'The last unless said.' })) }, { additionalProperties: false }),
    response: { 200: refTo(rolloutLogSchema), ...problems },
  };
  app.get('/rollouts/:rollout/hosts/:host/log', { schema, config: rolloutPolicy }, async ({ params, query }) => toRolloutLog(await getRolloutHostLog(cloud, { number: rolloutNumber(params.rollout), host: params.host, attempt: query.attempt })));
};
