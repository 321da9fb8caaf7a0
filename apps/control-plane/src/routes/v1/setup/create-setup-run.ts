import { requestSetupRun, waitForSetupRun } from '@novadock/cloud';
import { CloudError } from '@novadock/model';
import { Type } from 'typebox';
import { callerOf } from '../../../plugins/auth.ts';
import { claimIdOf } from '../../../plugins/idempotency.ts';
import { hostParams } from '../hosts/host-schema.ts';
import { timeoutMsOf, waitSchema } from '../instances/wait-schema.ts';
import { problems } from '../problem.ts';
import { refTo } from '../schemas.ts';
import { untilGone } from '../until-gone.ts';
import type { V1Route } from '../v1-route.ts';
import { setupKind, setupRunSchema, toSetupRun } from './setup-run-schema.ts';

const body = Type.Object(
  {
    kind: setupKind,
    profile: Type.Optional(Type.String({ description: 'The one that the host has, or was to have, unless said; `default` for a host that has none. Not with undo.' })),
    revision: Type.Optional(Type.Integer({ minimum: 1, maximum: 2_147_483_647, description: 'The newest unless said.' })),
    force: Type.Optional(Type.Boolean({ description: 'Undo although instances live on the host: those stop with an engine that the set-up installed. None is deleted; their containers stay on the disk and start again when the host is prepared again.' })),
  },
  { additionalProperties: false },
);

const description = `Answers 202 once it is accepted: it begins as soon as the host answers (\`waitingSince\` says since when that does not), goes on whatever becomes of the
control plane, and can be withdrawn until it begins. With \`wait=ended\` 201 when it has succeeded, 202 when the time was over, and a problem when it failed.
A host whose set-up is taken back takes no new instances from then on. One run at a time: 409 setupRunning names the other one.`;

export const createSetupRun: V1Route = (app, { cloud, setups }) => {
  const schema = { summary: "Have a host's set-up applied, checked or taken back", description, tags: ['set-up'], params: hostParams, querystring: waitSchema('ended'), body, response: { 201: refTo(setupRunSchema), 202: refTo(setupRunSchema), ...problems } };
  app.post('/hosts/:host/setup-runs', { schema, config: { adminPolicy: 'novadock:hosts' } }, async (request, answer) => {
    const { profile: profileName, ...wanted } = request.body;
    const accepted = await requestSetupRun(cloud, { ...wanted, profileName, host: request.params.host, requestId: request.id, userId: callerOf(request).userId, claimId: claimIdOf(request) });
    if (request.query.wait === undefined) return answer.code(202).send(toSetupRun(accepted));
    const run = await waitForSetupRun(cloud, setups, { host: accepted.hostId, runId: accepted.id, timeoutMs: timeoutMsOf(request.query), signal: untilGone(answer) });
    if (run.ended?.succeeded === false) throw new CloudError('conflict', `The set-up of ${run.hostName} failed: ${run.ended.error?.message ?? 'the host gave no reason.'} Run ${run.id} has its log.`, { reason: 'setupFailed' });
    return answer.code(run.finishedAt === null ? 202 : 201).send(toSetupRun(run));
  });
};
