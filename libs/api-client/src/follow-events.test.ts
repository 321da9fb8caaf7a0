import { Readable } from 'node:stream';
import { afterEach, expect, test } from 'vitest';
import { createClient } from './create-client.ts';
import { answerProblem, fakeControlPlane, hangUp, type Answer } from './fake-control-plane.ts';
import { readMessages } from './read-messages.ts';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

const message = (id: number) => `id: ${id}\nevent: instance.created\ndata: ${JSON.stringify({ id: String(id), subjectId: `s${id}` })}\n\n`;

/** A stream that says where it begins, has these events, and is cut off or ends. */
function stream(start: number, ids: number[], end: 'cut' | 'end' = 'cut'): Answer {
  return (_seen, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(`retry: 1000\nid: ${start}\n\n: nothing new\n\n${ids.map(message).join('')}`);
    setTimeout(() => (end === 'cut' ? response.destroy() : response.end()), 20);
  };
}

async function start(...answers: Answer[]) {
  const fake = await fakeControlPlane(...answers);
  cleanUps.push(fake.close);
  return { ...fake, client: createClient({ auth: fake.auth, attempts: 1 }) };
}

test('a stream that breaks goes on where it broke', async () => {
  const { client, seen } = await start(stream(5, []), stream(5, [6, 7]), hangUp, stream(7, [8], 'end'), stream(8, [9]));
  const subjects: string[] = [];
  for await (const { subjectId } of client.events.follow({ kind: 'instance' })) {
    subjects.push(subjectId);
    if (subjects.length === 4) break;
  }
  expect(subjects).toEqual(['s6', 's7', 's8', 's9']);
  expect(seen.map(({ headers }) => headers['last-event-id'])).toEqual([undefined, '5', '7', '7', '8']);
  expect(seen[0]).toMatchObject({ url: '/v1/events?kind=instance', headers: { accept: 'text/event-stream' } });
});

test('a fault of the control plane ends no stream that was there', async () => {
  const { client, seen } = await start(stream(5, [6]), answerProblem(500, 'internal'), answerProblem(503, 'databaseAway'), stream(6, [7]));
  const events = client.events.follow();
  expect((await events.next()).value).toMatchObject({ subjectId: 's6' });
  expect((await events.next()).value).toMatchObject({ subjectId: 's7' });
  expect(seen.map(({ headers }) => headers['last-event-id'])).toEqual([undefined, '6', '6', '6']);
  await events.return(undefined);
});

test('what is refused is thrown once it was there as well', async () => {
  const { client } = await start(stream(5, [6]), answerProblem(404, 'notFound'));
  const events = client.events.follow();
  await events.next();
  await expect(events.next()).rejects.toMatchObject({ code: 'notFound' });
});

test('what is refused is thrown, and what does not answer at first', async () => {
  const { client } = await start(answerProblem(403, 'forbidden'), hangUp);
  await expect(client.events.follow().next()).rejects.toMatchObject({ code: 'forbidden' });
  await expect(client.events.follow().next()).rejects.toMatchObject({ code: 'unavailable' });
});

test('it ends with its signal', async () => {
  const { client } = await start((_seen, response) => void response.writeHead(200).write(message(1)));
  const aborting = new AbortController();
  const events = client.events.follow({}, aborting.signal);
  expect((await events.next()).value).toMatchObject({ subjectId: 's1' });
  const waiting = events.next();
  aborting.abort();
  expect(await waiting).toEqual({ value: undefined, done: true });
});

test('messages are read however they are cut', async () => {
  const bytes = Buffer.from(`id: 1\n\n${message(2)}: comment\r\nid:3\r\ndata:{"ü":1}\r\n\r\nretry: 5\n\n`);
  const body = Readable.from(Array.from(bytes, (byte) => Buffer.from([byte])));
  const messages = [];
  for await (const one of readMessages(body)) messages.push(one);
  expect(messages).toEqual([{ id: '1' }, { id: '2', data: '{"id":"2","subjectId":"s2"}' }, { id: '3', data: '{"ü":1}' }]);
});
