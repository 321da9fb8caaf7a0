import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { inTransaction, lastEventId, recordEvent } from '@novadock/store';
import { createV1Cloud, type V1Cloud } from './v1-cloud.ts';

let v1: V1Cloud;
let url: string;
beforeAll(async () => {
  v1 = await createV1Cloud();
  url = await v1.app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(() => v1.close());

type Message = { id: string; event: string; data: { id: string; at: string; kind: string; subjectId: string; projectId: string | null; data: object } };

const record = (subjectId: string, { kind = 'instance.created', projectId = 'p-demo' as string | null } = {}) =>
  inTransaction(v1.store, (tx) => recordEvent(tx, { kind, subjectId, data: { name: subjectId }, ...(projectId === null ? {} : { projectId }) }));

/** Follows the events from when this resolves on; `read(n)` gives the next n. */
async function follow({ query = '', token = v1.demo, lastId }: { query?: string; token?: string; lastId?: string } = {}) {
  const aborting = new AbortController();
  const reply = await fetch(`${url}/v1/events${query}`, { headers: { authorization: `Bearer ${token}`, ...(lastId === undefined ? {} : { 'last-event-id': lastId }) }, signal: aborting.signal });
  const reader = (reply.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream()).getReader();
  let buffer = '';
  const nextBlock = async (): Promise<string> => {
    while (!buffer.includes('\n\n')) {
      const { value, done } = await reader.read();
      if (done) throw new Error('the stream ended');
      buffer += value;
    }
    const [block = ''] = buffer.split('\n\n', 1);
    buffer = buffer.slice(block.length + 2);
    return block;
  };
  const first = await nextBlock();
  const read = async (count: number): Promise<Message[]> => {
    const messages: Message[] = [];
    while (messages.length < count) {
      const fields = Object.fromEntries((await nextBlock()).split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]));
      if (fields.data !== undefined) messages.push({ id: fields.id ?? '', event: fields.event ?? '', data: JSON.parse(fields.data) as Message['data'] });
    }
    return messages;
  };
  return { reply, first, read, stop: () => aborting.abort() };
}

const subjects = (messages: Message[]) => messages.map(({ data }) => data.subjectId);

test('an event comes as a message with its id, kind and content', async () => {
  const stream = await follow();
  expect(stream.reply.headers.get('content-type')).toBe('text/event-stream');
  expect(stream.reply.headers.get('cache-control')).toBe('no-store');
  expect(stream.first).toMatch(/^retry: \d+\nid: \d+$/);
  await record('i1');
  const [message] = await stream.read(1);
  expect(message).toEqual({ id: message?.data.id, event: 'instance.created', data: { id: expect.any(String) as unknown, at: expect.any(String) as unknown, kind: 'instance.created', projectId: 'p-demo', subjectId: 'i1', data: { name: 'i1' } } });
  stream.stop();
});

test('users see the events of their project, administrators all; filters narrow that', async () => {
  const user = await follow();
  const admin = await follow({ token: v1.admin });
  const hosts = await follow({ token: v1.admin, query: '?kind=host' });
  const one = await follow({ query: '?subject=mine' });
  await record('theirs', { projectId: 'other' });
  await record('host', { kind: 'host.enrolled', projectId: null });
  await record('mine', { kind: 'image.uploaded' });
  expect(subjects(await user.read(1))).toEqual(['mine']);
  expect(subjects(await admin.read(3))).toEqual(['theirs', 'host', 'mine']);
  expect(subjects(await hosts.read(1))).toEqual(['host']);
  expect(subjects(await one.read(1))).toEqual(['mine']);
  for (const { stop } of [user, admin, hosts, one]) stop();
});

test('a client that is cut off again and again has each event once and in order', async () => {
  const expected = Array.from({ length: 120 }, (_, n) => `cut-${n}`);
  let stream = await follow();
  let lastId = /id: (\d+)/.exec(stream.first)?.[1] ?? '';
  const writing = (async () => {
    for (const subject of expected) await record(subject);
  })();
  const seen: string[] = [];
  while (seen.length < expected.length) {
    for (const message of await stream.read(Math.min(1 + (seen.length % 7), expected.length - seen.length))) {
      seen.push(message.data.subjectId);
      lastId = message.id;
    }
    stream.stop();
    stream = await follow({ lastId });
  }
  stream.stop();
  await writing;
  expect(seen).toEqual(expected);
});

test('a client that does not read is cut off, and others are not disturbed', async () => {
  const start = String(await lastEventId(v1.store));
  const { port, hostname } = new URL(url);
  const slow = connect(Number(port), hostname).on('error', () => {});
  slow.write(`GET /v1/events HTTP/1.1\r\nhost: x\r\nx-auth-token: ${v1.demo}\r\n\r\n`);
  await once(slow, 'readable');
  const other = await follow();
  // More than the buffers of the kernel and of the process hold.
  const text = 'x'.repeat(10_000);
  const flood = `INSERT INTO "Event" (kind, "projectId", "subjectId", data) SELECT 'instance.created', 'p-demo', 'flood', jsonb_build_object('text', $1::text) FROM generate_series(1, 400)`;
  const closed = once(slow, 'close');
  let open = true;
  void closed.then(() => (open = false));
  let count = 0;
  while (open && count < 40_000) {
    await v1.store.pool.query(flood, [text]);
    count += 400;
    await other.read(400);
    // The end of the connection is noticed by reading only, once what was on its way is read.
    if (count > 8_000) slow.resume();
  }
  expect(open).toBe(false);
  other.stop();
  const again = await follow({ lastId: start });
  expect((await again.read(count)).length).toBe(count);
  again.stop();
}, 120_000);

test('what has been comes in pages', async () => {
  const headers = { 'x-auth-token': v1.demo, accept: 'application/json' };
  for (const n of [1, 2, 3, 4, 5]) await record(`page-${n}`, { kind: 'page.made' });
  const seen: string[] = [];
  await vi.waitFor(async () => {
    seen.length = 0;
    for (let next: string | null = '/v1/events?kind=page&limit=2'; next !== null; ) {
      const page: { events: { subjectId: string }[]; next: string | null } = (await v1.app.inject({ url: next, headers })).json();
      seen.push(...page.events.map(({ subjectId }) => subjectId));
      next = page.next;
    }
    expect(seen).toHaveLength(5);
  }, 10_000);
  expect(seen).toEqual(['page-1', 'page-2', 'page-3', 'page-4', 'page-5']);
  expect((await v1.app.inject({ url: '/v1/events?marker=x', headers })).statusCode).toBe(400);
  expect((await v1.app.inject({ url: '/v1/events', headers: { accept: 'application/json' } })).statusCode).toBe(401);
});

test('closing the server ends the streams', async () => {
  const stream = await follow();
  const ended = expect(stream.read(1)).rejects.toThrow();
  await v1.app.close();
  await ended;
});
