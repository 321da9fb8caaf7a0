import type { EventSubscription } from '@novadock/cloud';
import { toEvent } from './event-schema.ts';

/** Proxies cut connections on which nothing is said. */
const heartbeatMs = 15_000;

/** A subscription in the form of Server-Sent Events (HTML standard, 9.2). Throws when the client is too slow, which ends the connection: it comes back with Last-Event-ID. */
export async function* eventStream(subscription: EventSubscription): AsyncGenerator<string> {
  // A client that is cut off before the first event knows where to go on from as well.
  yield `retry: 1000\nid: ${subscription.startId}\n\n`;
  while (!subscription.ended.aborted) {
    const events = await subscription.next(heartbeatMs);
    const messages = events.map((event) => `id: ${event.id}\nevent: ${event.kind}\ndata: ${JSON.stringify(toEvent(event))}\n\n`);
    yield messages.length === 0 ? ': nothing new\n\n' : messages.join('');
  }
}
