import { Readable } from 'node:stream';
import { listEvents, type EventFilter, type ProjectAuth } from '@novadock/cloud';
import { Type, type Static } from 'typebox';
import { projectCallerOf } from '../../../plugins/auth.ts';
import { problems } from '../problem.ts';
import { defaultLimit, linkAfter, nextLink, paging, refTo } from '../schemas.ts';
import { untilGone } from '../until-gone.ts';
import type { V1Route } from '../v1-route.ts';
import { eventSchema, toEvent } from './event-schema.ts';
import { eventStream } from './event-stream.ts';

const eventId = Type.Optional(Type.String({ pattern: '^\\d{1,18}$', description: 'Only those after this one.' }));

const query = Type.Object(
  {
    ...paging,
    marker: eventId,
    kind: Type.Optional(Type.String({ description: 'A kind (instance.created), or the part of one before its dot.' })),
    subject: Type.Optional(Type.String({ description: 'The id of what they happened to.' })),
  },
  { additionalProperties: false },
);

const reply = {
  description: 'Events',
  content: {
    'text/event-stream': { schema: Type.Unsafe<Readable>(Type.String({ description: 'Each message has the id, the kind as its event, and the Event as JSON.' })) },
    'application/json': { schema: Type.Object({ events: Type.Array(refTo(eventSchema)), next: nextLink }) },
  },
};

/** The events to come as a stream, those that have been as pages of JSON. */
export const readEvents: V1Route = (app, { cloud, feed }) => {
  const schema = {
    summary: 'Follow events, or list them',
    description:
      'A stream of the events to come (Server-Sent Events), after those since `Last-Event-ID` where that is given: none is missed. With `Accept: application/json` a page of those that have been, oldest first. Administrators see all, others those of their project.',
    tags: ['events'],
    querystring: query,
    headers: Type.Object({ 'last-event-id': eventId }),
    response: { 200: reply, ...problems },
  };
  app.get('/events', { schema, exposeHeadRoute: false }, async (request, answer) => {
    const filter = toFilter(projectCallerOf(request), request.query);
    const { limit = defaultLimit, marker } = request.query;
    if (request.headers.accept?.includes('application/json') === true) {
      const { events, more } = await listEvents(cloud, { ...filter, limit, afterId: BigInt(marker ?? 0) });
      const shown = events.map(toEvent);
      return answer.type('application/json').send({ events: shown, next: linkAfter(request.url, shown.at(-1), more) });
    }
    const afterId = request.headers['last-event-id'] ?? marker;
    const subscription = await feed.subscribe({ ...filter, signal: untilGone(answer), ...(afterId === undefined ? {} : { afterId: BigInt(afterId) }) });
    answer.headers({ 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
    const stream = Readable.from(eventStream(subscription));
    // What is in the way of a client that does not read is not waited for.
    subscription.ended.addEventListener('abort', () => stream.destroy());
    return answer.send(stream);
  });
};

function toFilter(auth: ProjectAuth, { kind, subject }: Static<typeof query>): EventFilter {
  return { kind, subjectId: subject, ...(auth.isAdmin ? {} : { projectId: auth.projectId }) };
}
