import { setTimeout as delay } from 'node:timers/promises';
import { eventPosition, eventsChannel, lastEventId, listen, readEvents, type Listener, type Store } from '@novadock/store';
import { EventSubscription, type EventFilter } from './event-subscription.ts';

const pageSize = 500;
/** An event may be readable a little after its announcement, least likely so when others were, and an announcement may be lost. */
const recheckMs = { first: 10, found: 200, most: 1_000 };

/**
 * Hands each new event to all subscribers: one connection listens and one loop reads, however many they are. Begins with the first
 * subscriber and lasts until `close`.
 */
export class EventFeed {
  readonly #store: Store;
  readonly #subscriptions = new Set<EventSubscription>();
  #listener: Promise<Listener> | undefined;
  #reading: Promise<void> | undefined;
  #closed = false;
  #wake = new AbortController();
  #lastId = 0n;

  constructor(store: Store) {
    this.#store = store;
  }

  /** The events from now on, after those that came after `afterId` where one is given, until `signal`. Throws `unavailable` when the database cannot be reached. */
  async subscribe({ afterId, signal, ...filter }: EventFilter & { afterId?: bigint; signal?: AbortSignal }): Promise<EventSubscription> {
    await (this.#listener ??= this.#start()).catch((error: unknown) => {
      this.#listener = undefined;
      throw error;
    });
    const replayFrom = afterId === undefined ? undefined : await eventPosition(this.#store, afterId);
    const subscription = new EventSubscription({ store: this.#store, filter, startId: afterId ?? this.#lastId, replayFrom, onClose: (closed) => this.#subscriptions.delete(closed) });
    this.#subscriptions.add(subscription);
    signal?.addEventListener('abort', () => subscription.close(), { once: true });
    if (this.#closed || signal?.aborted === true) subscription.close();
    return subscription;
  }

  /** Ends all subscriptions, the loop and the connection. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#wake.abort();
    for (const subscription of this.#subscriptions) subscription.close();
    const listener = await this.#listener?.catch(() => undefined);
    await listener?.close();
    await this.#reading;
  }

  async #start(): Promise<Listener> {
    const wake = () => this.#wake.abort();
    const listener = await listen({ url: this.#store.url, channels: [eventsChannel], onMessage: wake, onReconnect: wake });
    try {
      this.#lastId = await lastEventId(this.#store);
    } catch (error) {
      await listener.close();
      throw error;
    }
    this.#reading = this.#run();
    return listener;
  }

  async #run(): Promise<void> {
    for (let waitMs = recheckMs.first; !this.#closed; ) {
      const wake = new AbortController();
      this.#wake = wake;
      // While the database is away there is nothing to tell; what happened meanwhile is read when it is back.
      const found = await this.#readOn().catch(() => false);
      if (found) waitMs = recheckMs.found;
      await delay(waitMs, undefined, { signal: wake.signal }).catch(() => {});
      waitMs = wake.signal.aborted ? recheckMs.first : Math.min(waitMs * 2, recheckMs.most);
    }
  }

  /** Hands out what is new; whether there was anything. */
  async #readOn(): Promise<boolean> {
    for (let found = false; ; found = true) {
      const page = await readEvents(this.#store, { afterId: this.#lastId, limit: pageSize });
      for (const event of page) for (const subscription of this.#subscriptions) subscription.offer(event);
      this.#lastId = page.at(-1)?.id ?? this.#lastId;
      if (page.length < pageSize) return found || page.length > 0;
    }
  }
}
