import { getRollout, orderRollout, rolloutNumber } from '@novadock/cloud';
import { CloudError } from '@novadock/model';
import { Type } from 'typebox';
import { callerOf } from '../../../plugins/auth.ts';
import { problems } from '../problem.ts';
import type { V1Route } from '../v1-route.ts';
import { etagOf, rolloutParams, rolloutPolicy, rolloutReply, toRollout } from './rollout-schema.ts';

const body = Type.Object({ strategy: Type.Record(Type.String(), Type.Unknown(), { description: 'Any of maxInFlight, ratePerMinute, failure and window. What maxInFlight and failure leave out stays; null takes a rate, a window or perZone off.' }) }, { additionalProperties: false });

export const updateRollout: V1Route = (app, { cloud }) => {
  const schema = {
    summary: 'Change how a paused rollout goes on',
    description: 'Needs If-Match with its ETag: 428 without, 412 when it was changed meanwhile.',
    tags: ['rollouts'],
    params: rolloutParams,
    headers: Type.Object({ 'if-match': Type.Optional(Type.String({ description: 'The ETag that was read.' })) }),
    body,
    response: { 200: rolloutReply, ...problems },
  };
  app.patch('/rollouts/:rollout', { schema, config: rolloutPolicy }, async (request, answer) => {
    const number = rolloutNumber(request.params.rollout);
    const { strategy } = request.body;
    await orderRollout(cloud, { number, command: { do: 'patch', strategy }, by: callerOf(request).userId, version: versionOf(request.headers['if-match']) });
    const rollout = await getRollout(cloud, number);
    return answer.header('etag', etagOf(rollout)).send(toRollout(rollout));
  });
};

function versionOf(ifMatch: string | undefined): number {
  if (ifMatch === undefined) throw new CloudError('conflict', 'If-Match is needed, with the ETag of the rollout as it was read.', { reason: 'ifMatchNeeded' });
  // No ETag of ours matches none of them.
  return Number(/^"(\d{1,9})"$/.exec(ifMatch)?.[1] ?? 0);
}
