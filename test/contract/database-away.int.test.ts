import type { IncomingMessage, ServerResponse } from 'node:http';
import { inTransaction, openStore, recordEvent, type Store } from '@novadock/store';
import { createClient } from '@novadock/api-client';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { linkDatabase, type DatabaseLink } from '../harness/database-link.ts';
import { createV1Cloud, type V1Cloud } from './v1-cloud.ts';

let v1: V1Cloud;
let link: DatabaseLink;
let store: Store;
let app: ReturnType<V1Cloud['replica']>['app'];
beforeEach(async () => {
  v1 = await createV1Cloud();
  link = await linkDatabase(v1.url);
  store = openStore(link.url);
  ({ app } = v1.replica(store));
});
afterEach(async () => {
  await v1.close();
  await store.close();
  await link.close();
});

const message = 'The database does not answer. Try again in a moment.';
const ask = async (url: string, headers: Record<string, string> = {}) => {
  const reply = await app.inject({ url, headers: { 'x-auth-token': v1.admin, accept: 'application/json', ...headers } });
  return { status: reply.statusCode, body: reply.json<object>() };
};
const signIn = async () => {
  const payload = { auth: { identity: { methods: ['password'], password: { user: { name: 'admin', domain: { id: 'default' }, password: 'secret' } } } } };
  const reply = await app.inject({ method: 'POST', url: '/identity/v3/auth/tokens', payload });
  return { status: reply.statusCode, body: reply.json<object>() };
};

describe('while the database is away', () => {
  test('each service says in its own form that it is unavailable, and answers once the database is back', async () => {
    await link.cut();
    expect(await ask('/v1/fleet')).toMatchObject({ status: 503, body: { status: 503, code: 'databaseAway', detail: message } });
    expect(await ask('/v1/events', { accept: 'text/event-stream' })).toMatchObject({ status: 503, body: { status: 503 } });
    expect(await ask('/compute/v2.1/servers')).toEqual({ status: 503, body: { serviceUnavailable: { code: 503, message } } });
    expect(await ask('/network/v2.0/networks')).toEqual({ status: 503, body: { NeutronError: { type: 'ServiceUnavailable', message, detail: '' } } });
    expect(await ask('/image/v2/images')).toEqual({ status: 503, body: { message: `${message}<br /><br />\n\n\n`, code: '503 Service Unavailable', title: 'Service Unavailable' } });
    expect(await ask('/identity/v3/projects')).toEqual({ status: 503, body: { error: { code: 503, message, title: 'Service Unavailable' } } });
    expect(await signIn()).toMatchObject({ status: 503, body: { error: { code: 503, message } } });
    expect((await app.inject({ url: '/metrics', headers: { 'x-auth-token': v1.admin } })).statusCode).toBe(503);
    await link.mend();
    for (const url of ['/v1/fleet', '/compute/v2.1/servers', '/network/v2.0/networks', '/image/v2/images', '/identity/v3/projects']) expect(await ask(url)).toMatchObject({ status: 200 });
    expect((await signIn()).status).toBe(201);
  });

  test('a request that was under way is answered so as well', async () => {
    const lock = Promise.withResolvers<void>();
    const locked = Promise.withResolvers<void>();
    const locking = inTransaction(v1.store, async (tx) => {
      await tx.$executeRaw`LOCK TABLE "Host" IN ACCESS EXCLUSIVE MODE`;
      locked.resolve();
      await lock.promise;
    });
    await locked.promise;
    const waiting = async () => (await v1.store.pool.query(`SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`)).rowCount;
    const endThem = () => v1.store.pool.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`);
    const cut = ask('/v1/hosts');
    await expect.poll(waiting).toBeGreaterThan(0);
    await link.cut();
    expect(await cut).toMatchObject({ status: 503, body: { code: 'databaseAway' } });
    await endThem();
    await expect.poll(waiting).toBe(0);
    await link.mend();
    const ended = ask('/v1/hosts');
    await expect.poll(waiting).toBeGreaterThan(0);
    await endThem();
    expect(await ended).toMatchObject({ status: 503, body: { code: 'databaseAway' } });
    lock.resolve();
    await locking;
  });

  test('who follows events misses none of them', async () => {
    const statuses: number[] = [];
    app.server.on('request', (_request: IncomingMessage, response: ServerResponse) => response.on('finish', () => statuses.push(response.statusCode)));
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    const { events } = createClient({ auth: { auth_url: `${url}/identity/v3`, username: 'admin', password: 'secret', project_name: 'admin' }, attempts: 1 });
    const record = (subjectId: string) => inTransaction(v1.store, (tx) => recordEvent(tx, { kind: 'host.enrolled', subjectId }));
    await record('before');
    const following = events.follow({ kind: 'host', after: '0' });
    expect((await following.next()).value).toMatchObject({ subjectId: 'before' });
    await link.cut();
    app.server.closeAllConnections();
    const rest = [following.next(), following.next()];
    await record('meanwhile');
    await expect.poll(() => statuses.filter((status) => status === 503).length).toBeGreaterThan(1);
    await link.mend();
    await record('after');
    expect((await Promise.all(rest)).map(({ value }) => value?.subjectId)).toEqual(['meanwhile', 'after']);
    await following.return(undefined);
  });
});
