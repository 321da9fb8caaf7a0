import type { Connection } from '../connect.ts';
import { followEvents } from '../follow-events.ts';
import type { CloudEvent, EventFilter } from '../types.ts';

/** Calls on events. */
export function eventCalls(connection: Connection) {
  return {
    list: (query: EventFilter & { marker?: string } = {}) => connection.readAll<CloudEvent>('events', { path: '/v1/events', query, headers: { accept: 'application/json' } }),
    follow: (filter: EventFilter & { after?: string } = {}, signal?: AbortSignal) => followEvents(connection, filter, signal),
  };
}
