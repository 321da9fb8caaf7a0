import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '@novadock/testing';
import { listen, type Listener, type ListenOptions } from './listen.ts';
import { notify } from './notify.ts';

let db: TestDatabase;
const cleanUps: (() => unknown)[] = [];
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function hear(options: Partial<ListenOptions> = {}): Promise<{ heard: string[]; reconnects: () => number; listener: Listener }> {
  const heard: string[] = [];
  let reconnects = 0;
  const listener = await listen({ url: db.url, channels: ['one', 'Two "2"'], onMessage: ({ channel, payload }) => heard.push(`${channel}: ${payload}`), onReconnect: () => (reconnects += 1), ...options });
  cleanUps.push(() => listener.close());
  return { heard, reconnects: () => reconnects, listener };
}

const listeners = async () => (await db.store.pool.query<{ pid: number }>(`SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'`)).rows.map((row) => row.pid);

test('a message comes at the commit, not before and not after a rollback', async () => {
  const { heard } = await hear();
  await db.store.prisma.$transaction(async (tx) => {
    await notify(tx, 'one', 'committed');
    await notify(db.store.pool, 'Two "2"', 'at once');
    await expect.poll(() => heard).toEqual(['Two "2": at once']);
  });
  await expect.poll(() => heard).toEqual(['Two "2": at once', 'one: committed']);
  const failing = db.store.prisma.$transaction(async (tx) => {
    await notify(tx, 'one', 'rolled back');
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  await notify(db.store.pool, 'one');
  await expect.poll(() => heard.slice(2)).toEqual(['one: ']);
});

test('a connection that is cut is made again, and the caller is told', async () => {
  const { heard, reconnects } = await hear();
  await db.store.pool.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = ANY($1)', [await listeners()]);
  await expect.poll(() => reconnects()).toBe(1);
  await notify(db.store.pool, 'one', 'again');
  await expect.poll(() => heard).toEqual(['one: again']);
});

test('after close nothing listens any more', async () => {
  const { listener } = await hear();
  await Promise.all([listener.close(), listener.close()]);
  await expect.poll(() => listeners()).toEqual([]);
});

test('a first connection that fails is refused', async () => {
  await expect(hear({ url: 'postgresql://postgres@127.0.0.1:1/postgres' })).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('DATABASE_URL') as string });
});

test('a connection whose peer vanished is noticed', async () => {
  const proxy = await startProxy();
  const { heard, reconnects } = await hear({ url: proxy.url, checkEveryMs: 200 });
  proxy.stall();
  await expect.poll(() => reconnects()).toBeGreaterThan(0);
  await notify(db.store.pool, 'one', 'through the new one');
  await expect.poll(() => heard).toContain('one: through the new one');
});

test('while the server is away it keeps trying, and close ends that', async () => {
  const proxy = await startProxy();
  const { heard, reconnects, listener } = await hear({ url: proxy.url });
  const refused = proxy.refuse();
  await refused;
  expect(reconnects()).toBe(0);
  proxy.accept();
  await expect.poll(() => reconnects()).toBe(1);
  await notify(db.store.pool, 'one', 'back');
  await expect.poll(() => heard).toEqual(['one: back']);
  await proxy.refuse();
  await listener.close();
  expect(reconnects()).toBe(1);
});

/** A TCP way to the test database that can be disturbed. */
async function startProxy() {
  const target = `${new URL(db.url).searchParams.get('host')}/.s.PGSQL.5432`;
  const open = new Set<Socket>();
  let refusing: (() => void) | undefined;
  const server = createServer((incoming) => {
    incoming.on('error', () => {});
    if (refusing) {
      incoming.destroy();
      refusing();
      return;
    }
    const outgoing = connect(target);
    outgoing.on('error', () => {});
    open.add(incoming).add(outgoing);
    incoming.pipe(outgoing).pipe(incoming);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => open.forEach((socket) => socket.destroy());
  cleanUps.push(() => {
    cut();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `postgresql://postgres@127.0.0.1:${port}${new URL(db.url).pathname}`,
    stall: () => open.forEach((socket) => socket.unpipe().pause()),
    /** Cuts all and resolves when a new connection was turned away three times. */
    refuse: () =>
      new Promise<void>((resolve) => {
        let count = 0;
        refusing = () => ++count === 3 && resolve();
        cut();
      }),
    accept: () => (refusing = undefined),
  };
}
