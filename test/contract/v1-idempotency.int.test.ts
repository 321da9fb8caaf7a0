import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openStore, type Store } from '@novadock/store';
import { createV1Cloud, type V1Cloud } from './v1-cloud.ts';

let v1: V1Cloud;
beforeAll(async () => {
  v1 = await createV1Cloud();
});
afterAll(() => v1.close());
beforeEach(() => v1.behave(() => ({})));

type App = V1Cloud['app'];
const instance = (name: string) => ({ name, image: v1.image.id, flavor: '1' });
const post = async (key: string, url: string, payload?: object, { app = v1.app, token = v1.demo }: { app?: App; token?: string } = {}) => {
  const reply = await app.inject({ method: 'POST', url: `/v1${url}`, headers: { 'x-auth-token': token, 'idempotency-key': key }, ...(payload === undefined ? {} : { payload }) });
  return { status: reply.statusCode, retryAfter: reply.headers['retry-after'], body: reply.json<Record<string, unknown>>() };
};
const countNamed = (name: string) => v1.store.prisma.instance.count({ where: { name } });
const staleClaims = () => v1.store.pool.query(`UPDATE "IdempotencyKey" SET "claimedUntil" = now() - interval '1 s' WHERE "claimedUntil" IS NOT NULL`);

/** A process that is cut off the database when it writes down its reply. */
function crashing(store: Store): Store {
  const query = (text: string, values: unknown[]) => (/SET status/.test(text) ? Promise.reject(new Error('killed')) : store.pool.query(text, values));
  return { ...store, pool: Object.create(store.pool, { query: { value: query } }) as Store['pool'] };
}

test('P7: a request that is sent again gets the reply of the first', async () => {
  const first = await post('again', '/instances', instance('again'));
  expect(first.status).toBe(202);
  expect(await post('again', '/instances', instance('again'))).toEqual(first);
  expect(await countNamed('again')).toBe(1);
});

test('P7: the same request at many replicas at once makes one instance', async () => {
  const stores = [openStore(v1.url), openStore(v1.url)];
  const apps = [v1.app, ...stores.map((store) => v1.replica(store).app)];
  const replies = await Promise.all(Array.from({ length: 24 }, (_, n) => post('race', '/instances', instance('race'), { app: apps[n % apps.length] })));
  expect(await countNamed('race')).toBe(1);
  const refused = replies.filter(({ status }) => status === 409);
  expect(refused.every(({ retryAfter, body }) => retryAfter === '1' && body.code === 'idempotencyKeyInFlight')).toBe(true);
  const done = replies.filter(({ status }) => status === 202);
  expect(done.length + refused.length).toBe(24);
  expect(new Set(done.map(({ body }) => JSON.stringify(body))).size).toBe(1);
  expect(await post('race', '/instances', instance('race'))).toEqual(done[0]);
});

test('P7: a crash after the instance was made, before the reply was kept, makes no second one', async () => {
  const { app } = v1.replica(crashing(v1.store));
  expect(await post('crash', '/instances', instance('crash'), { app })).toMatchObject({ status: 500 });
  expect(await countNamed('crash')).toBe(1);
  expect(await post('crash', '/instances', instance('crash'))).toMatchObject({ status: 409, retryAfter: '1' });
  await staleClaims();
  const { id } = await v1.store.prisma.instance.findFirstOrThrow({ where: { name: 'crash' } });
  expect(await post('crash', '/instances?wait=active', instance('crash'))).toMatchObject({ status: 422 });
  expect(await post('crash', '/instances', instance('crash'))).toMatchObject({ status: 202, body: { instances: [{ id }] } });
  expect(await countNamed('crash')).toBe(1);
});

test('P7: two that take over after a crash make no second one', async () => {
  await post('takeover', '/instances', instance('takeover'), { app: v1.replica(crashing(v1.store)).app });
  await staleClaims();
  const replies = await Promise.all([1, 2, 3].map(() => post('takeover', '/instances', instance('takeover'))));
  expect(replies.map(({ status }) => status)).toContain(202);
  expect(await countNamed('takeover')).toBe(1);
});

test('while the first is under way the second is told to ask again', async () => {
  v1.behave(() => undefined);
  const first = post('slow', '/instances?wait=active&timeout=2', instance('slow'));
  await expect.poll(() => countNamed('slow')).toBe(1);
  expect(await post('slow', '/instances?wait=active&timeout=2', instance('slow'))).toMatchObject({ status: 409, retryAfter: '1', body: { code: 'idempotencyKeyInFlight' } });
  expect(await first).toMatchObject({ status: 202 });
  expect(await countNamed('slow')).toBe(1);
});

test('a key belongs to one request of one project', async () => {
  await post('mine', '/instances', instance('mine'));
  expect(await post('mine', '/instances', instance('other'))).toMatchObject({ status: 422, body: { code: 'idempotencyKeyReused', status: 422 } });
  expect(await post('mine', '/instances/mine/stop')).toMatchObject({ status: 422 });
  expect(await post('mine', '/instances', instance('theirs'), { token: v1.admin })).toMatchObject({ status: 202 });
  expect(await post('x'.repeat(256), '/instances', instance('x'))).toMatchObject({ status: 400, body: { code: 'idempotencyKeyInvalid' } });
});

test('what was refused can be tried again with the same key', async () => {
  await v1.store.prisma.project.update({ where: { id: 'p-demo' }, data: { quota: { instances: 0 } } });
  expect(await post('refused', '/instances', instance('refused'))).toMatchObject({ status: 403, body: { code: 'quotaExceeded' } });
  await v1.store.prisma.project.update({ where: { id: 'p-demo' }, data: { quota: { instances: 1000, cores: 1000, ram: 1_000_000 } } });
  expect(await post('refused', '/instances', instance('refused'))).toMatchObject({ status: 202 });
});

test('a boot that failed is not booted again by a repetition', async () => {
  v1.behave(() => ({ power: 'absent', error: { code: 'invalid', message: 'no', step: 'create-container' } }));
  for (const attempt of [1, 2]) {
    expect([attempt, await post('failed', '/instances?wait=active', instance('failed'))]).toMatchObject([attempt, { status: 409, body: { code: 'instanceActionFailed' } }]);
  }
  expect(await countNamed('failed')).toBe(1);
});

test('an action is done once', async () => {
  await post('acted', '/instances?wait=active', instance('acted'));
  const first = await post('stop', '/instances/acted/stop?wait=shutoff');
  expect(first).toMatchObject({ status: 200, body: { status: 'shutoff' } });
  expect(await post('stop', '/instances/acted/stop?wait=shutoff')).toEqual(first);
});

test('P7: an action whose reply was lost in a crash is not done again', async () => {
  await post('lost', '/instances?wait=active', instance('lost'));
  expect(await post('lost stop', '/instances/lost/stop?wait=shutoff', undefined, { app: v1.replica(crashing(v1.store)).app })).toMatchObject({ status: 500 });
  await staleClaims();
  expect(await post('lost stop', '/instances/lost/stop?wait=shutoff')).toMatchObject({ status: 200, body: { status: 'shutoff' } });
  expect(await v1.store.prisma.instanceAction.count({ where: { action: 'stop', requestId: { startsWith: 'req-' }, instanceId: (await v1.store.prisma.instance.findFirstOrThrow({ where: { name: 'lost' } })).id } })).toBe(1);
});

test('the reply with a join token is not kept, for only a hash of the token is stored', async () => {
  const tokens = await Promise.all([1, 2].map(async () => {
    const { status, body } = await post('token', '/join-tokens', {}, { token: v1.admin });
    expect(status).toBe(201);
    return String(body.token);
  }));
  expect(new Set(tokens).size).toBe(2);
  const { rows } = await v1.store.pool.query<{ kept: string }>(`SELECT coalesce(string_agg(k::text, ' '), '') || (SELECT string_agg(t::text, ' ') FROM "JoinToken" t) AS kept FROM "IdempotencyKey" k`);
  for (const token of tokens) {
    expect(rows[0]?.kept).toContain(token.split('.')[0]);
    expect(rows[0]?.kept).not.toContain(token.split('.')[1]);
  }
});
