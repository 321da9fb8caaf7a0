import type { Connection } from './connect.ts';
import { followMessages } from './follow-messages.ts';
import type { CloudEvent, EventFilter } from './types.ts';

/**
 * The events to come (after the one with the id `after`, where that is given) until `signal`: each once, in order, none missed. A connection
 * that breaks is made again where it broke. Throws what the API refuses, and `unavailable` when it does not answer at first.
 */
export function followEvents(connection: Connection, { after, ...query }: EventFilter & { after?: string }, signal?: AbortSignal): AsyncGenerator<CloudEvent> {
  return followMessages<CloudEvent>(connection, { path: '/v1/events', query, after, signal });
}
