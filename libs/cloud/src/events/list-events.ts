import { readEvents, type Event } from '@novadock/store';
import type { Cloud } from '../cloud.ts';
import type { EventFilter } from './event-subscription.ts';

/** A page of the events after `afterId` (0n: all that are kept), oldest first, and whether there are more. */
export async function listEvents({ store }: Pick<Cloud, 'store'>, { limit, ...filter }: EventFilter & { afterId: bigint; limit: number }): Promise<{ events: Event[]; more: boolean }> {
  const events = await readEvents(store, { ...filter, limit: limit + 1 });
  return { events: events.slice(0, limit), more: events.length > limit };
}
