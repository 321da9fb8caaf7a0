import { actOnInstance, waitForAction } from '@novadock/cloud';
import { projectCallerOf } from '../../../plugins/auth.ts';
import { problems } from '../problem.ts';
import { noContent } from '../schemas.ts';
import type { V1Route } from '../v1-route.ts';
import { findInstance } from './find-instance.ts';
import { instanceParams } from './instance-schema.ts';
import { timeoutMsOf, waitSchema } from './wait-schema.ts';

export const deleteInstance: V1Route = (app, { cloud, feed }) => {
  const schema = {
    summary: 'Delete an instance',
    description: 'Answers 202 once it is accepted; with `wait=deleted` 204 when it is gone, and 202 when the time was over.',
    tags: ['instances'],
    params: instanceParams,
    querystring: waitSchema('deleted'),
    response: { 202: noContent('Accepted'), 204: noContent('Gone'), ...problems },
  };
  app.delete('/instances/:instance', { schema }, async (request, answer) => {
    const auth = projectCallerOf(request);
    const { id } = await findInstance(cloud, auth, request.params.instance);
    await actOnInstance(cloud, auth, { id, action: 'delete', requestId: request.id });
    const wait = { instanceId: id, requestId: request.id, timeoutMs: timeoutMsOf(request.query) };
    const gone = request.query.wait !== undefined && (await waitForAction(cloud, feed, auth, wait));
    return answer.code(gone ? 204 : 202).send();
  });
};
