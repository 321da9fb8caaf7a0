import { forgetHost, waitUntilForgotten } from '@novadock/cloud';
import { Type } from 'typebox';
import { callerOf } from '../../../plugins/auth.ts';
import { timeoutMsOf, waitSchema } from '../instances/wait-schema.ts';
import { problems } from '../problem.ts';
import { noContent } from '../schemas.ts';
import type { V1Route } from '../v1-route.ts';
import { hostParams } from './host-schema.ts';

const force = Type.Boolean({ description: 'Also while instances live there or it does not answer: see above.' });

const description = `Takes back what its set-up changed (the run is \`setup.run\` of the host), takes its agent off, and forgets it; if that cannot be taken back, it is kept and the event
host.forget_failed says why. Answers 202 once it is accepted, and goes on by itself; with \`wait=deleted\` 204 when it is forgotten, 202 when the time was over.

Refused while instances live on it (hostInUse), while it has a run to end (setupRunning), and when it does not answer or is revoked (hostDown, hostRevoked). With \`force\` a host that does
not answer is forgotten at once (204) and its machine is left as it is. Instances on a host that is forgotten by force are in ERROR and say so; what is left of their containers stays on
that machine, and none is started elsewhere.`;

export const deleteHost: V1Route = (app, { cloud, feed }) => {
  const schema = {
    summary: 'Forget a host',
    description,
    tags: ['hosts'],
    params: hostParams,
    querystring: Type.Object({ ...waitSchema('deleted').properties, force: Type.Optional(force) }, { additionalProperties: false }),
    response: { 202: noContent('Accepted'), 204: noContent('Forgotten'), ...problems },
  };
  app.delete('/hosts/:host', { schema, config: { adminPolicy: 'novadock:hosts' } }, async (request, answer) => {
    const { hostId, state } = await forgetHost(cloud, { host: request.params.host, force: request.query.force === true, requestId: request.id, userId: callerOf(request).userId });
    const gone = state === 'gone' || (request.query.wait !== undefined && (await waitUntilForgotten(cloud, feed, { hostId, timeoutMs: timeoutMsOf(request.query) })));
    return answer.code(gone ? 204 : 202).send();
  });
};
