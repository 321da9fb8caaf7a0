import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '@novadock/testing';
import { adoptRestoredEvents, eventsChannel, lastEventId, readEvents, recordEvent } from './events.ts';
import { listen } from './listen.ts';
import type { Transaction } from './open-store.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());
beforeEach(() => db.store.prisma.event.deleteMany());

const record = (tx: Transaction, subjectId: string, projectId?: string) => recordEvent(tx, { kind: 'instance.created', subjectId, projectId, data: { name: 'web "1"' } });
const idOf = async (subjectId: string) => (await db.store.prisma.event.findFirstOrThrow({ where: { subjectId } })).id;

/** Begins a transaction that writes something, then waits for `finish`; resolves when it has written. */
async function begin(first: (tx: Transaction) => Promise<unknown>): Promise<{ finish: (last?: (tx: Transaction) => Promise<unknown>) => Promise<void> }> {
  const begun = Promise.withResolvers<void>();
  const finishing = Promise.withResolvers<((tx: Transaction) => Promise<unknown>) | undefined>();
  const done = db.store.prisma.$transaction(
    async (tx) => {
      await first(tx);
      begun.resolve();
      await (await finishing.promise)?.(tx);
    },
    { timeout: 20_000 },
  );
  await Promise.race([begun.promise, done]);
  return {
    finish: async (last) => {
      finishing.resolve(last);
      await done;
    },
  };
}

/** Reads as a subscriber does: from the last event read on, a page at a time. */
function reader(): { seen: string[]; read: () => Promise<void> } {
  const seen: string[] = [];
  let afterId = 0n;
  const read = async () => {
    for (const event of await readEvents(db.store, { afterId })) {
      seen.push(event.subjectId);
      afterId = event.id;
    }
  };
  return { seen, read };
}

// Other databases of the same server hold events back for a moment as well.
const sees = ({ seen, read }: ReturnType<typeof reader>, subjects: string[]) =>
  vi.waitFor(async () => {
    await read();
    expect(seen).toEqual(subjects);
  }, 10_000);

test('an event has what was recorded', async () => {
  await db.store.prisma.$transaction((tx) => record(tx, 'i1', 'p1'));
  const follower = reader();
  await sees(follower, ['i1']);
  const [event] = await readEvents(db.store, { afterId: 0n });
  expect(event).toMatchObject({ kind: 'instance.created', projectId: 'p1', subjectId: 'i1', data: { name: 'web "1"' }, at: expect.any(Date) as Date });
  expect(event).toEqual(await db.store.prisma.event.findFirst());
});

test('a transaction that fails records nothing', async () => {
  const failing = db.store.prisma.$transaction(async (tx) => {
    await record(tx, 'never');
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  expect(await db.store.prisma.event.count()).toBe(0);
});

test('an event that commits late is not skipped: it holds back those with a higher id', async () => {
  const slow = await begin((tx) => record(tx, 'slow'));
  await db.store.prisma.$transaction((tx) => record(tx, 'fast'));
  expect(await idOf('fast')).toBeGreaterThan(0n);
  const follower = reader();
  await follower.read();
  expect(follower.seen).toEqual([]);
  await slow.finish();
  await sees(follower, ['slow', 'fast']);
});

test('an event that commits late is not skipped either when one with a higher id belongs to an older transaction', async () => {
  const older = await begin((tx) => tx.role.create({ data: { id: 'older', name: 'older' } }));
  const younger = await begin((tx) => record(tx, 'low id, young transaction'));
  await older.finish((tx) => record(tx, 'high id, old transaction'));
  const follower = reader();
  await sees(follower, ['high id, old transaction']);
  await younger.finish();
  await sees(follower, ['high id, old transaction', 'low id, young transaction']);
  expect(await idOf('high id, old transaction')).toBeGreaterThan(await idOf('low id, young transaction'));
});

test('writers at once, each event read exactly once', async () => {
  const follower = reader();
  const subjects = Array.from({ length: 200 }, (_, i) => `s${i}`);
  const writers = Array.from({ length: 8 }, async (_, writer) => {
    for (const subject of subjects.filter((_, i) => i % 8 === writer)) {
      await db.store.prisma.$transaction(async (tx) => {
        await tx.$executeRaw`SELECT pg_current_xact_id(), pg_sleep(random() * 0.01)`;
        await record(tx, subject);
        await tx.$executeRaw`SELECT pg_sleep(random() * 0.01)`;
      });
    }
  });
  const written = Promise.all(writers);
  let writing = true;
  void written.finally(() => (writing = false));
  while (writing) await follower.read();
  await written;
  await vi.waitFor(async () => {
    await follower.read();
    expect(follower.seen.length).toBeGreaterThanOrEqual(subjects.length);
  }, 10_000);
  expect(follower.seen.toSorted()).toEqual(subjects.toSorted());
});

test('they can be read by project, by subject, in pages, and from the end', async () => {
  for (const [subject, project] of [['a', 'p1'], ['b', 'p2'], ['a', 'p1'], ['c', 'p1']] as const) await db.store.prisma.$transaction((tx) => record(tx, subject, project));
  await sees(reader(), ['a', 'b', 'a', 'c']);
  const subjects = async (query: Partial<Parameters<typeof readEvents>[1]>) => (await readEvents(db.store, { afterId: 0n, ...query })).map((event) => event.subjectId);
  expect(await subjects({ projectId: 'p1' })).toEqual(['a', 'a', 'c']);
  expect(await subjects({ subjectId: 'a' })).toEqual(['a', 'a']);
  expect(await subjects({ limit: 2 })).toEqual(['a', 'b']);
  const last = await lastEventId(db.store);
  expect(await subjects({ afterId: last })).toEqual([]);
  expect(last).toBe(await idOf('c'));
});

test('without events the last id is 0', async () => {
  expect(await lastEventId(db.store)).toBe(0n);
});

test('events of a dump from a server that had counted further are read first, in their order', async () => {
  await db.store.prisma.$transaction(async (tx) => {
    await record(tx, 'restored 1');
    await record(tx, 'restored 2');
  });
  await db.store.prisma.event.updateMany({ data: { xid: 9_000_000_000n } });
  await adoptRestoredEvents(db.store);
  await db.store.prisma.$transaction((tx) => record(tx, 'new'));
  await adoptRestoredEvents(db.store);
  await sees(reader(), ['restored 1', 'restored 2', 'new']);
});

test('a commit is announced, whatever number of events it holds', async () => {
  const heard: string[] = [];
  const listener = await listen({ url: db.url, channels: [eventsChannel], onMessage: ({ channel }) => heard.push(channel), onReconnect: () => {} });
  await db.store.prisma.$transaction(async (tx) => {
    await record(tx, 'one');
    await record(tx, 'two');
  });
  await expect.poll(() => heard).toEqual([eventsChannel]);
  await listener.close();
});

test('reading on runs on the index', async () => {
  await db.store.pool.query(`INSERT INTO "Event" (kind, "subjectId") SELECT 'k', n::text FROM generate_series(1, 20000) n`);
  await db.store.pool.query('ANALYZE "Event"');
  const queries: string[] = [];
  const { rows } = await db.store.pool.query<{ 'QUERY PLAN': string }>(
    `EXPLAIN SELECT * FROM "Event" e WHERE (e."xid", e."id") > (COALESCE((SELECT "xid" FROM "Event" WHERE "id" = 10), 0), 10)
     AND e."xid" < pg_snapshot_xmin(pg_current_snapshot())::text::bigint AND e."xid" >= 0 ORDER BY e."xid", e."id" LIMIT 100`,
  );
  queries.push(...rows.map((row) => row['QUERY PLAN']));
  expect(queries.join('\n')).toContain('Index Scan using "Event_xid_id_idx"');
});
