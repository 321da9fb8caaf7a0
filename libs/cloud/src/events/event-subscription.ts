import { setTimeout as delay } from 'node:timers/promises';
import { CloudError } from '@novadock/model';
import { readEvents, type Event, type Store } from '@novadock/store';

/** Which events to get; all of them without a condition. `kind` is a kind, or the part of one before its dot. */
export type EventFilter = { projectId?: string; subjectId?: string; kind?: string };

type Position = Pick<Event, 'xid' | 'id'>;

/** `startId`: what comes after it is wanted. `replayFrom`: where that stands, when it may be behind what the feed has handed out. */
type Options = { store: Store; filter: EventFilter; startId: bigint; replayFrom: Position | undefined; onClose: (subscription: EventSubscription) => void };

const pageSize = 500;
/** What may wait for a subscriber before it is given up: it can come back and have the rest from the database. */
const queueLimit = 1_000;

/** The events that one subscriber gets, each once and in order. `EventFeed` makes it and fills it; lasts until `close`. */
export class EventSubscription {
  readonly #options: Options;
  #queue: Event[] = [];
  #replayed: Position | undefined;
  #replaying: boolean;
  #overrun = false;
  #wake = new AbortController();
  readonly #ending = new AbortController();

  constructor(options: Options) {
    this.#options = options;
    this.#replayed = options.replayFrom;
    this.#replaying = options.replayFrom !== undefined;
  }

  /** Is aborted once no more will come: it was closed, or given up because the caller is too slow. */
  get ended(): AbortSignal {
    return this.#ending.signal;
  }

  /** The id that it gets the events after. */
  get startId(): bigint {
    return this.#options.startId;
  }

  /** The events since the last call, as soon as there are any; none after `withinMs`, or when it is closed. Throws `exhausted` when the caller is too slow. */
  async next(withinMs: number): Promise<Event[]> {
    if (this.#replaying) {
      const page = await this.#replay();
      if (page.length > 0) return page;
    }
    if (this.#queue.length === 0 && !this.ended.aborted) await delay(withinMs, undefined, { signal: this.#wake.signal }).catch(() => {});
    if (this.#overrun) throw new CloudError('exhausted', 'More events came than were read: connect again with the last event id.', { reason: 'tooSlow' });
    this.#wake = new AbortController();
    const events = this.#queue;
    this.#queue = [];
    // The database may have told already what the feed comes to later.
    return events.filter((event) => this.#replayed === undefined || isAfter(event, this.#replayed));
  }

  /** Takes an event in if it is one that the subscriber wants. */
  offer(event: Event): void {
    if (!matches(event, this.#options.filter)) return;
    this.#queue.push(event);
    if (this.#queue.length > queueLimit) {
      this.#overrun = true;
      this.close();
    }
    this.#wake.abort();
  }

  close(): void {
    this.#queue = [];
    this.#options.onClose(this);
    this.#ending.abort();
    this.#wake.abort();
  }

  async #replay(): Promise<Event[]> {
    const { store, filter, startId } = this.#options;
    const page = await readEvents(store, { ...filter, afterId: this.#replayed?.id ?? startId, limit: pageSize });
    this.#replayed = page.at(-1) ?? this.#replayed;
    this.#replaying = page.length === pageSize;
    return page;
  }
}

function matches(event: Event, { projectId, subjectId, kind }: EventFilter): boolean {
  return (projectId === undefined || event.projectId === projectId) && (subjectId === undefined || event.subjectId === subjectId)
    && (kind === undefined || event.kind === kind || event.kind.startsWith(`${kind}.`));
}

/** Whether an event comes after another in the order of `readEvents`. */
function isAfter(event: Position, other: Position): boolean {
  return event.xid > other.xid || (event.xid === other.xid && event.id > other.id);
}
