import { Readable } from 'node:stream';
import { followLogs } from '@novadock/cloud';
import { Type } from 'typebox';
import { projectCallerOf } from '../../../plugins/auth.ts';
import { problems } from '../problem.ts';
import type { V1Route } from '../v1-route.ts';
import { untilGone } from '../until-gone.ts';
import { findInstance } from './find-instance.ts';
import { instanceParams } from './instance-schema.ts';

const query = Type.Object(
  {
    tail: Type.Optional(Type.Integer({ minimum: 0, description: 'Only so many of the last lines.' })),
    follow: Type.Optional(Type.Boolean({ description: 'Go on with what is written from now on, until the instance stops.' })),
    since: Type.Optional(Type.String({ format: 'date-time', description: 'Only what was written after that.' })),
  },
  { additionalProperties: false },
);

export const readLogs: V1Route = (app, { cloud }) => {
  const schema = {
    summary: 'Read what an instance wrote to its console',
    tags: ['instances'],
    params: instanceParams,
    querystring: query,
    response: { 200: { description: 'Its output', content: { 'text/plain': { schema: Type.Unsafe<Readable>(Type.String()) } } }, ...problems },
  };
  app.get('/instances/:instance/logs', { schema, exposeHeadRoute: false }, async (request, answer) => {
    const auth = projectCallerOf(request);
    const { tail = -1, follow = false, since } = request.query;
    const { id } = await findInstance(cloud, auth, request.params.instance);
    const chunks = await followLogs(cloud, auth, { id, tail, follow, sinceMs: since === undefined ? 0 : Date.parse(since) }, untilGone(answer));
    return answer.type('text/plain; charset=utf-8').send(Readable.from(chunks));
  });
};
