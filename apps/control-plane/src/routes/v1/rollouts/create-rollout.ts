import { askPackages, createRollout as create, getRollout, planNewRollout } from '@novadock/cloud';
import { Type } from 'typebox';
import { callerOf } from '../../../plugins/auth.ts';
import { claimIdOf } from '../../../plugins/idempotency.ts';
import { problems } from '../problem.ts';
import { refTo } from '../schemas.ts';
import type { V1Route } from '../v1-route.ts';
import { assertMayForceLocks } from './assert-may-force-locks.ts';
import { etagOf, rolloutPlanSchema, rolloutPolicy, rolloutReply, selectSchema, strategySchema, toPlan, toRollout } from './rollout-schema.ts';

const body = Type.Object(
  {
    profile: Type.String(),
    revision: Type.Optional(Type.Integer({ minimum: 1, maximum: 2_147_483_647, description: 'The newest unless said.' })),
    select: Type.Optional(selectSchema),
    strategy: Type.Optional(strategySchema),
  },
  { additionalProperties: false },
);

export const createRollout: V1Route = (app, { cloud, setups }) => {
  const schema = {
    summary: 'Plan a rollout: bring hosts to a revision of a profile, a few at a time',
    description: 'It waits to be started (201). With `dryRun=true` nothing is made: the plan is answered (200), with the canaries that the next rollout would have. Where hosts are to have another engine, one of each operating system and architecture is asked by a check of its set-up which packages that is: up to 20 s.',
    tags: ['rollouts'],
    querystring: Type.Object({ dryRun: Type.Optional(Type.Boolean()) }, { additionalProperties: false }),
    body,
    response: { 200: refTo(rolloutPlanSchema), 201: rolloutReply, ...problems },
  };
  app.post('/rollouts', { schema, config: rolloutPolicy }, async (request, answer) => {
    const { profile, revision, select = {}, strategy = {} } = request.body;
    const wanted = { profile, revision, strategy, selection: { labels: select.labels ?? {}, hosts: select.hosts ?? [], exclude: select.exclude ?? [] } };
    const caller = callerOf(request);
    const { userId } = caller;
    const planner = { store: cloud.store, askPackages: askPackages({ cloud, feed: setups, userId }) };
    if (request.query.dryRun === true) return answer.code(200).send(toPlan(await planNewRollout(planner, wanted)));
    assertMayForceLocks(caller, strategy);
    const number = await create(planner, wanted, { userId, claimId: claimIdOf(request) });
    const rollout = await getRollout(cloud, number);
    return answer.code(201).headers({ etag: etagOf(rollout), location: `/v1/rollouts/${rollout.name}` }).send(toRollout(rollout));
  });
};
