import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventPosition, inTransaction, lastEventId, recordEvent, type Event } from '@novadock/store';
import { createTestDatabase, type TestDatabase } from '@novadock/testing';
import { EventFeed } from './event-feed.ts';
import { EventSubscription } from './event-subscription.ts';

let db: TestDatabase;
let feed: EventFeed;
beforeEach(async () => {
  db = await createTestDatabase();
  feed = new EventFeed(db.store);
});
afterEach(async () => {
  await feed.close();
  await db.drop();
});

const record = (subjectId: string, extra: { kind?: string; projectId?: string } = {}) =>
  inTransaction(db.store, (tx) => recordEvent(tx, { kind: 'instance.created', projectId: 'p1', subjectId, ...extra }));

/** Reads until so many events have come. */
async function take(subscription: EventSubscription, count: number): Promise<Event[]> {
  const events: Event[] = [];
  while (events.length < count && !subscription.ended.aborted) events.push(...(await subscription.next(20_000)));
  return events;
}

const subjects = (events: Event[]) => events.map(({ subjectId }) => subjectId);

test('each subscriber gets what it asked for, on one connection', async () => {
  const all = await feed.subscribe({});
  const project = await feed.subscribe({ projectId: 'p2' });
  const subject = await feed.subscribe({ subjectId: 'c' });
  const kind = await feed.subscribe({ kind: 'host' });
  await record('a');
  await record('b', { projectId: 'p2' });
  await record('h', { kind: 'host.enrolled', projectId: undefined });
  await record('x', { kind: 'hostage.taken' });
  await record('c');
  expect(subjects(await take(all, 5))).toEqual(['a', 'b', 'h', 'x', 'c']);
  expect(subjects(await take(project, 1))).toEqual(['b']);
  expect(subjects(await take(subject, 1))).toEqual(['c']);
  expect(subjects(await take(kind, 1))).toEqual(['h']);
  const { rows } = await db.store.pool.query(`SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'`);
  expect(rows).toHaveLength(1);
});

test('a subscriber that comes back gets what it missed and what comes meanwhile, each once and in order', async () => {
  await record('before');
  // Events of other databases' transactions hold this one back for a moment.
  const first = await feed.subscribe({ afterId: 0n });
  const [seen] = await take(first, 1);
  const expected = Array.from({ length: 1_500 }, (_, n) => `e${n}`);
  await db.store.pool.query(`INSERT INTO "Event" (kind, "projectId", "subjectId") SELECT 'instance.created', 'p1', 'e' || n FROM generate_series(0, 1199) n ORDER BY n`);
  const writing = (async () => {
    for (const subject of expected.slice(1_200)) await record(subject);
  })();
  const back = await feed.subscribe({ afterId: seen?.id ?? 0n });
  expect(subjects(await take(back, expected.length))).toEqual(expected);
  await writing;
  expect(await back.next(1)).toEqual([]);
});

test('subscribers that come while events are written miss none', async () => {
  const writing = Promise.all(Array.from({ length: 4 }, async (_, writer) => {
    for (let n = 0; n < 50; n += 1) await record(`${writer}-${n}`);
  }));
  const subscribers = await Promise.all(Array.from({ length: 10 }, () => feed.subscribe({ afterId: 0n })));
  const seen = await Promise.all(subscribers.map((subscriber) => take(subscriber, 200)));
  await writing;
  for (const events of seen) {
    expect(new Set(subjects(events)).size).toBe(200);
    expect(events.map(({ id }) => id)).toEqual(seen[0]?.map(({ id }) => id));
  }
});

test('what a subscriber has read from the database the feed does not tell it again', async () => {
  await record('read');
  await record('also read');
  const [read, alsoRead] = await take(await feed.subscribe({ afterId: 0n }), 2);
  if (read === undefined || alsoRead === undefined) throw new Error('there are two');
  for (const [startId, expected] of [[read.id, ['also read', 'new']], [alsoRead.id, ['new']]] as const) {
    const subscription = new EventSubscription({ store: db.store, filter: {}, startId, replayFrom: await eventPosition(db.store, startId), onClose: () => {} });
    const seen = await subscription.next(1);
    // A feed that is behind comes to them only now.
    for (const event of [read, alsoRead, { ...alsoRead, id: alsoRead.id + 1n, subjectId: 'new' }]) subscription.offer(event);
    expect(subjects([...seen, ...(await subscription.next(1))])).toEqual(expected);
  }
});

test('a subscriber that does not read is given up, and can go on from where it was', async () => {
  const slow = await feed.subscribe({});
  const quick = await feed.subscribe({});
  const start = await lastEventId(db.store);
  await db.store.pool.query(`INSERT INTO "Event" (kind, "subjectId") SELECT 'instance.created', n::text FROM generate_series(1, 1001) n`);
  await record('last');
  await take(quick, 1_002);
  expect(slow.ended.aborted).toBe(true);
  await expect(slow.next(1)).rejects.toMatchObject({ code: 'exhausted', reason: 'tooSlow' });
  expect((await take(await feed.subscribe({ afterId: start }), 1_002)).at(-1)?.subjectId).toBe('last');
});

test('closing the feed ends those who wait', async () => {
  const subscription = await feed.subscribe({});
  const waiting = subscription.next(60_000);
  await feed.close();
  expect(await waiting).toEqual([]);
  expect(subscription.ended.aborted).toBe(true);
  expect((await feed.subscribe({})).ended.aborted).toBe(true);
});
