import { getRolloutPlan as get, rolloutNumber } from '@novadock/cloud';
import { problems } from '../problem.ts';
import { refTo } from '../schemas.ts';
import type { V1Route } from '../v1-route.ts';
import { rolloutParams, rolloutPlanSchema, rolloutPolicy, toPlan } from './rollout-schema.ts';

export const getRolloutPlan: V1Route = (app, { cloud }) => {
  const schema = { summary: 'Show what a rollout was planned to do', tags: ['rollouts'], params: rolloutParams, response: { 200: refTo(rolloutPlanSchema), ...problems } };
  app.get('/rollouts/:rollout/plan', { schema, config: rolloutPolicy }, async (request) => toPlan(await get(cloud, rolloutNumber(request.params.rollout))));
};
