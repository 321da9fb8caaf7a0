import { actOnInstance as act, getInstance, listInstanceActions, type ProjectAuth } from '@novadock/cloud';
import type { ActionName } from '@novadock/model';
import { projectCallerOf } from '../../../plugins/auth.ts';
import { claimIdOf, operationIdOf } from '../../../plugins/idempotency.ts';
import { problems } from '../problem.ts';
import { refTo } from '../schemas.ts';
import type { V1, V1Route } from '../v1-route.ts';
import { findInstance } from './find-instance.ts';
import { instanceParams, instanceSchema, toInstance } from './instance-schema.ts';
import { reachStatus } from './reach-status.ts';
import { timeoutMsOf, waitSchema } from './wait-schema.ts';

type Verb = { verb: string; action: ActionName; status: string; summary: string };

const verbs: Verb[] = [
  { verb: 'start', action: 'start', status: 'active', summary: 'Start a stopped instance' },
  { verb: 'stop', action: 'stop', status: 'shutoff', summary: 'Stop an instance' },
  { verb: 'reboot', action: 'reboot', status: 'active', summary: 'Stop an instance in an orderly way and start it again' },
  { verb: 'reboot-hard', action: 'rebootHard', status: 'active', summary: 'Kill an instance and start it again' },
  { verb: 'pause', action: 'pause', status: 'paused', summary: 'Freeze an instance' },
  { verb: 'unpause', action: 'unpause', status: 'active', summary: 'Let a frozen instance go on' },
];

/** POST /instances/{instance}/{verb} for each verb. */
export const actOnInstance: V1Route = (app, v1) => {
  for (const { verb, action, status, summary } of verbs) {
    const schema = {
      summary,
      description: `Answers 202 once it is accepted; with \`wait=${status}\` 200 when it is done, 202 when the time was over, and a problem when it failed.`,
      tags: ['instances'],
      params: instanceParams,
      querystring: waitSchema(status),
      response: { 200: refTo(instanceSchema), 202: refTo(instanceSchema), ...problems },
    };
    app.post(`/instances/:instance/${verb}`, { schema }, async (request, answer) => {
      const auth = projectCallerOf(request);
      const { id } = await findInstance(v1.cloud, auth, request.params.instance);
      const requestId = operationIdOf(request);
      // The reply to the same request may have been lost in a crash after it was accepted.
      const isRepeated = claimIdOf(request) !== undefined && (await wasAsked(v1, auth, { id, requestId }));
      if (!isRepeated) await act(v1.cloud, auth, { id, action, requestId });
      if (request.query.wait === undefined) return answer.code(202).send(toInstance(await getInstance(v1.cloud, auth, id)));
      const { instance, reached } = await reachStatus(v1, auth, { id, requestId, status, timeoutMs: timeoutMsOf(request.query) });
      return answer.code(reached ? 200 : 202).send(toInstance(instance));
    });
  }
};

async function wasAsked({ cloud }: V1, auth: ProjectAuth, { id, requestId }: { id: string; requestId: string }): Promise<boolean> {
  return (await listInstanceActions(cloud, auth, id)).some((action) => action.requestId === requestId);
}
