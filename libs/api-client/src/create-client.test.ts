import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, expect, test } from 'vitest';
import { createClient } from './create-client.ts';
import { answerJson, answerProblem, fakeControlPlane, hangUp, type Answer } from './fake-control-plane.ts';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

async function start(...answers: Answer[]) {
  const fake = await fakeControlPlane(...answers);
  cleanUps.push(fake.close);
  return { ...fake, client: createClient({ auth: fake.auth }) };
}

const made = { instances: [{ id: 'i1', name: 'web' }] };

test('a token is used until it is about to expire', async () => {
  const { auth, client, seen, signIns, state } = await start(...Array.from({ length: 4 }, () => answerJson(200, { id: 'h' })));
  await Promise.all([client.hosts.get('a'), client.hosts.get('b')]);
  expect(signIns).toHaveLength(1);
  state.tokenSeconds = 30;
  const other = createClient({ auth });
  await other.hosts.get('c');
  await other.hosts.get('d');
  expect(seen.map(({ headers }) => headers['x-auth-token'])).toEqual(['T1', 'T1', 'T2', 'T3']);
});

test('a token that is refused is replaced once', async () => {
  const { client, seen } = await start(answerProblem(401, 'unauthenticated'), answerJson(200, { id: 'h' }), answerProblem(401, 'unauthenticated'), answerProblem(401, 'unauthenticated'));
  expect(await client.hosts.get('a')).toEqual({ id: 'h' });
  await expect(client.hosts.get('a')).rejects.toMatchObject({ code: 'unauthenticated' });
  expect(seen.map(({ headers }) => headers['x-auth-token'])).toEqual(['T1', 'T2', 'T2', 'T3']);
});

test('a POST that gets no answer is sent again with the same Idempotency-Key, the next one with another', async () => {
  const { client, seen } = await start(hangUp, answerProblem(503, 'unavailable'), answerProblem(409, 'idempotencyKeyInFlight', { 'retry-after': '0.05' }), answerJson(202, made), answerJson(202, made));
  expect(await client.instances.create({ name: 'web', image: 'i', flavor: 'f' })).toEqual({ ...made, reached: false });
  await client.instances.create({ name: 'web', image: 'i', flavor: 'f' });
  const keys = seen.map(({ headers }) => headers['idempotency-key']);
  expect(new Set(keys.slice(0, 4)).size).toBe(1);
  expect(keys[4]).not.toBe(keys[0]);
  expect(new Set(seen.map(({ body }) => body)).size).toBe(1);
});

test('an answer that breaks off is asked for again', async () => {
  const { client, seen } = await start((_seen, response) => {
    response.writeHead(200, { 'content-length': '100' }).write('{"id":');
    setImmediate(() => response.destroy());
  }, answerJson(200, { id: 'h' }));
  expect(await client.hosts.get('a')).toEqual({ id: 'h' });
  expect(seen).toHaveLength(2);
});

test('what is refused is not sent again, and says why', async () => {
  const { client, seen } = await start(answerProblem(403, 'quotaExceeded'));
  await expect(client.instances.create({ name: 'web', image: 'i', flavor: 'f' })).rejects.toMatchObject({ code: 'forbidden', reason: 'quotaExceeded', message: 'because of quotaExceeded' });
  expect(seen).toHaveLength(1);
});

test('after so many attempts it gives up', async () => {
  const { auth, seen } = await start(hangUp, hangUp, hangUp);
  await expect(createClient({ auth, attempts: 2 }).hosts.list()).rejects.toMatchObject({ code: 'unavailable', reason: 'noReply' });
  expect(seen).toHaveLength(2);
});

test('where nobody answers it says so', async () => {
  const { auth, close, url } = await start();
  await close();
  await expect(createClient({ auth, attempts: 1 }).hosts.list()).rejects.toMatchObject({ code: 'unavailable', message: `The control plane does not answer at ${url} (ECONNREFUSED).` });
});

test('a deletion whose answer was lost was done', async () => {
  const { client } = await start(hangUp, answerProblem(404, 'hostNotFound'), answerProblem(404, 'hostNotFound'));
  await client.hosts.delete('a');
  await expect(client.hosts.delete('a')).rejects.toMatchObject({ code: 'notFound' });
});

test('waits say whether it was reached', async () => {
  const { client, seen } = await start(answerJson(201, made), answerJson(200, { id: 'i1' }), answerJson(202, { id: 'i1' }), (_seen, response) => response.writeHead(204).end());
  expect(await client.instances.create({ name: 'web', image: 'i', flavor: 'f' }, { waitSeconds: 5 })).toMatchObject({ reached: true });
  expect(await client.instances.act('web 1/2', 'stop', { waitSeconds: 5 })).toMatchObject({ reached: true });
  expect(await client.instances.act('web', 'reboot-hard', { waitSeconds: 5 })).toMatchObject({ reached: false });
  expect(await client.instances.delete('web', { waitSeconds: 5 })).toEqual({ reached: true });
  expect(seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
    'POST /v1/instances?wait=active&timeout=5', 'POST /v1/instances/web%201%2F2/stop?wait=shutoff&timeout=5', 'POST /v1/instances/web/reboot-hard?wait=active&timeout=5', 'DELETE /v1/instances/web?wait=deleted&timeout=5',
  ]);
});

test('lists are read to their last page', async () => {
  const { client, seen } = await start(answerJson(200, { instances: [{ id: 'a' }], next: '/v1/instances?status=active&marker=a' }), answerJson(200, { instances: [{ id: 'b' }], next: null }));
  expect(await client.instances.list({ status: 'active' })).toEqual([{ id: 'a' }, { id: 'b' }]);
  expect(seen.map(({ url }) => url)).toEqual(['/v1/instances?status=active', '/v1/instances?status=active&marker=a']);
});

test('a file is uploaded, again when the connection breaks; a stream is not sent twice', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'api-client-'));
  cleanUps.push(() => rm(folder, { recursive: true }));
  const path = join(folder, 'image.tar');
  await writeFile(path, 'x'.repeat(300_000));
  const { client, seen } = await start(hangUp, answerJson(201, { id: 'i' }), answerProblem(503, 'unavailable'), answerJson(201, { id: 'i' }));
  expect(await client.images.upload({ name: 'ünï' }, { path })).toEqual({ id: 'i' });
  await expect(client.images.upload({ name: 's' }, { stream: Readable.from(['abc']) })).rejects.toMatchObject({ code: 'unavailable' });
  expect(seen.map(({ url, headers, body }) => [url, headers['content-length'], headers['content-type'], body.length])).toEqual([
    ['/v1/images?name=%C3%BCn%C3%AF', '300000', 'application/x-tar', 300_000], ['/v1/images?name=%C3%BCn%C3%AF', '300000', 'application/x-tar', 300_000], ['/v1/images?name=s', undefined, 'application/x-tar', 3],
  ]);
});

test('logs come as they are written', async () => {
  const { client, seen } = await start((_seen, response) => {
    response.writeHead(200, { 'content-type': 'text/plain' });
    response.write('one\n');
    setTimeout(() => response.end('two\n'), 20);
  });
  const chunks: string[] = [];
  for await (const chunk of client.instances.logs('web', { follow: true, tail: 5 })) chunks.push(Buffer.from(chunk).toString());
  expect(chunks).toEqual(['one\n', 'two\n']);
  expect(seen[0]?.url).toBe('/v1/instances/web/logs?follow=true&tail=5');
});
