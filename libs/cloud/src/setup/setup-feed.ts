import { setTimeout as delay } from 'node:timers/promises';
import { listen, setupRunsChannel, type Listener, type Store } from '@novadock/store';

/** Tells those who follow runs when there is news of theirs: one connection listens, however many they are. Begins with the first one and lasts until `close`. */
export class SetupFeed {
  readonly #store: Store;
  /** By run; one stays until there is news, as several may wait for it. */
  readonly #waiting = new Map<string, AbortController>();
  readonly #ending = new AbortController();
  #listener: Promise<Listener> | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Is aborted once it is closed. */
  get ended(): AbortSignal {
    return this.#ending.signal;
  }

  /** News of a run from this call on: `wait` resolves when there was some, or after `withinMs`. Throws `unavailable` when the database cannot be reached. */
  async expectNews(runId: string): Promise<{ wait: (withinMs: number, signal?: AbortSignal) => Promise<void> }> {
    await (this.#listener ??= this.#start()).catch((error: unknown) => {
      this.#listener = undefined;
      throw error;
    });
    const news = this.#waiting.get(runId) ?? new AbortController();
    this.#waiting.set(runId, news);
    return { wait: (withinMs, signal) => delay(withinMs, undefined, { signal: AbortSignal.any([news.signal, this.ended, ...(signal === undefined ? [] : [signal])]) }).catch(() => {}) };
  }

  async close(): Promise<void> {
    this.#ending.abort();
    const listener = await this.#listener?.catch(() => undefined);
    await listener?.close();
  }

  #start(): Promise<Listener> {
    const wake = (runId: string) => {
      this.#waiting.get(runId)?.abort();
      this.#waiting.delete(runId);
    };
    const wakeAll = () => {
      for (const runId of this.#waiting.keys()) wake(runId);
    };
    return listen({ url: this.#store.url, channels: [setupRunsChannel], onMessage: ({ payload }) => wake(payload), onReconnect: wakeAll });
  }
}
