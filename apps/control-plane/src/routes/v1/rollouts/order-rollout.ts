import { getRollout, orderRollout, rolloutNumber } from '@novadock/cloud';
import type { RolloutCommand } from '@novadock/model';
import { Type, type Static, type TSchema } from 'typebox';
import { callerOf } from '../../../plugins/auth.ts';
import { claimIdOf } from '../../../plugins/idempotency.ts';
import { problems } from '../problem.ts';
import { oneOf } from '../schemas.ts';
import type { V1Route } from '../v1-route.ts';
import { etagOf, rolloutParams, rolloutPolicy, rolloutReply, toRollout } from './rollout-schema.ts';

const strict = { additionalProperties: false };
const hosts = Type.Array(Type.String({ format: 'uuid' }), { minItems: 1, maxItems: 10_000, description: "Hosts' ids." });
const nothing = Type.Optional(Type.Union([Type.Object({}, strict), Type.Null()]));

/** A route that orders a rollout to do something. */
function order<Body extends TSchema>(verb: string, { summary, description, body, toCommand }: { summary: string; description: string; body: Body; toCommand: (body: Static<Body>, by: string) => RolloutCommand }): V1Route {
  return (app, { cloud }) => {
    const schema = { summary, description: `${description} 409 RolloutState where its state does not allow it.`, tags: ['rollouts'], params: rolloutParams, body, response: { 200: rolloutReply, ...problems } };
    app.post(`/rollouts/:rollout/${verb}`, { schema, config: rolloutPolicy }, async (request, answer) => {
      const number = rolloutNumber((request.params as Static<typeof rolloutParams>).rollout);
      const by = callerOf(request).userId;
      await orderRollout(cloud, { number, command: toCommand(request.body as Static<Body>, by), by, claimId: claimIdOf(request) });
      const rollout = await getRollout(cloud, number);
      return answer.header('etag', etagOf(rollout)).send(toRollout(rollout));
    });
  };
}

const abortBody = Type.Object({ policy: Type.Optional(oneOf(['keep', 'revert'], '`revert`: hosts that were touched return to what they had. `keep` unless said.')) }, strict);
const rollbackBody = Type.Object({ scope: Type.Optional(Type.Union([oneOf(['touched', 'failed']), Type.Object({ hosts }, strict)], { description: 'touched, unless said; failed; or {hosts}.' })) }, strict);
const retryBody = Type.Object({ scope: Type.Optional(Type.Literal('failed')) }, strict);
const optional = <Schema extends TSchema>(schema: Schema) => Type.Optional(Type.Union([schema, Type.Null()]));

export const rolloutOrders: V1Route[] = [
  order('start', { summary: 'Start a rollout', description: 'It takes over hosts that are still to come in rollouts before it.', body: nothing, toCommand: () => ({ do: 'start' }) }),
  order('approve', { summary: 'Approve a rollout, or its next wave', description: 'Where its strategy asks for it.', body: nothing, toCommand: (_, by) => ({ do: 'approve', by }) }),
  order('pause', { summary: 'Pause a rollout', description: 'Once this is answered no host begins to be changed; those that are being changed finish.', body: nothing, toCommand: () => ({ do: 'pause' }) }),
  order('resume', { summary: 'Let a paused rollout go on', description: 'The failures so far are seen: only new ones can stop it again.', body: nothing, toCommand: () => ({ do: 'resume' }) }),
  order('promote', { summary: 'End the watch over the canary', description: 'The next wave begins.', body: nothing, toCommand: () => ({ do: 'promote' }) }),
  order('abort', { summary: 'End a rollout', description: 'Hosts that are being changed finish.', body: optional(abortBody), toCommand: (body, _) => ({ do: 'abort', policy: body?.policy ?? 'keep' }) }),
  order('rollback', { summary: 'Return hosts to what they had', description: 'Each to its own revision, under the same limits.', body: optional(rollbackBody), toCommand: (body) => ({ do: 'rollback', scope: body?.scope ?? 'touched' }) }),
  order('retry', { summary: 'Try hosts again that failed', description: 'Only those.', body: optional(retryBody), toCommand: () => ({ do: 'retry' }) }),
  order('skip', { summary: 'Take hosts out of a rollout', description: 'Before it has touched them.', body: Type.Object({ hosts }, strict), toCommand: (body) => ({ do: 'skip', hosts: body.hosts }) }),
];
