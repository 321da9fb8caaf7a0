import { Readable } from 'node:stream';
import { getRollout, listEvents, rolloutNumber } from '@novadock/cloud';
import { Type } from 'typebox';
import { eventSchema, toEvent } from '../events/event-schema.ts';
import { eventStream } from '../events/event-stream.ts';
import { problems } from '../problem.ts';
import { defaultLimit, linkAfter, nextLink, paging, refTo } from '../schemas.ts';
import { untilGone } from '../until-gone.ts';
import type { V1Route } from '../v1-route.ts';
import { rolloutParams, rolloutPolicy } from './rollout-schema.ts';

const eventId = Type.Optional(Type.String({ pattern: '^\\d{1,18}$', description: 'Only those after this one.' }));

const reply = {
  description: 'Events',
  content: {
    'text/event-stream': { schema: Type.Unsafe<Readable>(Type.String({ description: 'Each message has the id, the kind as its event, and the Event as JSON.' })) },
    'application/json': { schema: Type.Object({ events: Type.Array(refTo(eventSchema)), next: nextLink }) },
  },
};

/** Its whole history, and then what comes. */
export const readRolloutEvents: V1Route = (app, { cloud, feed }) => {
  const schema = {
    summary: 'Follow a rollout, or list its history',
    description: 'A stream (Server-Sent Events) of all that has happened in it, after `Last-Event-ID` where that is given, and then as it goes on. With `Accept: application/json` a page of what has been, oldest first.',
    tags: ['rollouts'],
    params: rolloutParams,
    querystring: Type.Object({ ...paging, marker: eventId }, { additionalProperties: false }),
    headers: Type.Object({ 'last-event-id': eventId }),
    response: { 200: reply, ...problems },
  };
  app.get('/rollouts/:rollout/events', { schema, exposeHeadRoute: false, config: rolloutPolicy }, async (request, answer) => {
    const { name: subjectId } = await getRollout(cloud, rolloutNumber(request.params.rollout));
    const { limit = defaultLimit, marker } = request.query;
    const afterId = BigInt(request.headers['last-event-id'] ?? marker ?? 0);
    if (request.headers.accept?.includes('application/json') === true) {
      const { events, more } = await listEvents(cloud, { subjectId, limit, afterId });
      const shown = events.map(toEvent);
      return answer.type('application/json').send({ events: shown, next: linkAfter(request.url, shown.at(-1), more) });
    }
    const subscription = await feed.subscribe({ subjectId, afterId, signal: untilGone(answer) });
    answer.headers({ 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
    const stream = Readable.from(eventStream(subscription));
    // What is in the way of a client that does not read is not waited for.
    subscription.ended.addEventListener('abort', () => stream.destroy());
    return answer.send(stream);
  });
};
