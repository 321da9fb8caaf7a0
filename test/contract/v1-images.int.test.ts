import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createV1Cloud, type V1Cloud } from './v1-cloud.ts';

let v1: V1Cloud;
beforeAll(async () => {
  v1 = await createV1Cloud();
});
afterAll(() => v1.close());

const call = async (method: 'GET' | 'POST' | 'DELETE' | 'PATCH', url: string, { payload, headers = {}, token = v1.demo }: { payload?: Readable | Buffer | object; headers?: Record<string, string>; token?: string } = {}) => {
  const reply = await v1.app.inject({ method, url: `/v1${url}`, headers: { authorization: `Bearer ${token}`, ...headers }, ...(payload === undefined ? {} : { payload }) });
  return { status: reply.statusCode, body: (reply.body === '' ? undefined : reply.json()) as Record<string, unknown> & { images: { name: string }[] } };
};
const tar = { 'content-type': 'application/x-tar' };

test('any bytes become an image, which says why it does not boot', async () => {
  const reply = await call('POST', '/images?name=junk&visibility=private', { payload: Readable.from([Buffer.alloc(70_000, 'x'), Buffer.alloc(70_000, 'y')]), headers: tar });
  expect(reply).toMatchObject({ status: 201, body: { name: 'junk', status: 'active', visibility: 'private', bootable: false, unbootableReason: expect.stringMatching(/\w/) as unknown, sizeBytes: 140_000, sha512: expect.stringMatching(/^[0-9a-f]{128}$/) as unknown } });
  expect(await call('GET', '/images/junk')).toEqual({ status: 200, body: reply.body });
  expect(await call('POST', '/instances', { payload: { name: 'x', image: 'junk', flavor: 'm1.tiny' } })).toMatchObject({ status: 400, body: { code: 'imageUnacceptable' } });
  expect(await call('DELETE', '/images/junk')).toEqual({ status: 204, body: undefined });
  expect(await call('GET', '/images/junk')).toMatchObject({ status: 404, body: { code: 'imageNotFound' } });
});

test('P7: an upload that is sent again with its key makes one image', async () => {
  const headers = { ...tar, 'idempotency-key': 'upload' };
  const payload = Buffer.alloc(5_000, 'z');
  const first = await call('POST', '/images?name=once', { payload, headers });
  expect(first.status).toBe(201);
  expect(await call('POST', '/images?name=once', { payload, headers })).toEqual(first);
  expect((await call('GET', '/images?name=once')).body.images).toHaveLength(1);
  // As after a crash that came before the reply was kept.
  await v1.store.pool.query('UPDATE "IdempotencyKey" SET status = NULL, body = NULL');
  expect(await call('POST', '/images?name=once', { payload, headers })).toEqual(first);
  expect((await call('GET', '/images?name=once')).body.images).toHaveLength(1);
});

test('an upload that breaks off leaves nothing, or the image that its repetition fills', async () => {
  const broken = () => Readable.from((function* () {
    yield Buffer.alloc(1_000);
    throw new Error('cut');
  })());
  await call('POST', '/images?name=cut', { payload: broken(), headers: tar }).catch(() => undefined);
  await expect.poll(async () => (await call('GET', '/images?name=cut')).body.images).toEqual([]);
  // Announces more than it sends, as a connection does that breaks.
  const short = { ...tar, 'idempotency-key': 'short', 'content-length': '2000' };
  expect((await call('POST', '/images?name=short', { payload: Readable.from([Buffer.alloc(1_000)]), headers: short })).status).toBe(400);
  expect((await call('POST', '/images?name=short', { payload: Readable.from([Buffer.alloc(2_000)]), headers: short })).status).toBe(201);
  expect((await call('GET', '/images?name=short')).body.images).toHaveLength(1);
});

test('what cannot be is refused', async () => {
  const payload = Buffer.from('x');
  expect(await call('POST', '/images', { payload, headers: tar })).toMatchObject({ status: 400 });
  expect(await call('POST', '/images?name=x&visibility=secret', { payload, headers: tar })).toMatchObject({ status: 400 });
  expect(await call('POST', '/images?name=x&visibility=public', { payload, headers: tar })).toMatchObject({ status: 403 });
  expect(await call('POST', '/images?name=x', { payload: { a: 1 } })).toMatchObject({ status: 400, body: { code: 'noArchive' } });
});

test('images are listed in pages, newest first', async () => {
  for (const name of ['p1', 'p2', 'p3']) await call('POST', `/images?name=${name}`, { payload: Buffer.from(name), headers: tar });
  const first = (await call('GET', '/images?limit=2')).body;
  expect(first.images.map(({ name }) => name)).toEqual(['p3', 'p2']);
  expect((await call('GET', String(first.next).replace('/v1', ''))).body.images[0]).toMatchObject({ name: 'p1' });
});

test('flavors and networks to choose from', async () => {
  expect((await call('GET', '/flavors')).body.flavors).toEqual(expect.arrayContaining([expect.objectContaining({ name: 'm1.tiny', vcpus: 1, memoryMb: 512 })]));
  expect((await call('GET', '/networks')).body.networks).toEqual([{ id: expect.any(String) as unknown, name: 'private_network', shared: true, external: false, cidrs: ['192.168.1.0/24'] }]);
  expect(await call('POST', '/instances', { payload: { name: 'x', image: 'hello', flavor: 'm1.tiny', networks: ['private_network'] } })).toMatchObject({ status: 202 });
  expect(await call('POST', '/instances', { payload: { name: 'x', image: 'hello', flavor: 'm1.tiny', networks: ['no_network'] } })).toMatchObject({ status: 404, body: { code: 'networkNotFound' } });
});

test('hosts are for administrators', async () => {
  const admin = { token: v1.admin };
  expect(await call('GET', '/hosts')).toMatchObject({ status: 403, body: { code: 'novadock:hosts' } });
  expect((await call('GET', '/hosts', admin)).body).toMatchObject({ hosts: [{ name: 'c1', up: true, enabled: true, engineReady: true, engineReason: null, capacity: { vcpus: 8, memoryMb: 16_384, diskGb: 100 }, facts: { kernel: '6.12', engine: { version: '29.0.0', liveRestore: true } } }] });
  expect(await call('PATCH', '/hosts/c1', { ...admin, payload: { enabled: false, reason: 'moving' } })).toMatchObject({ status: 200, body: { enabled: false, disabledReason: 'moving' } });
  expect(await call('PATCH', '/hosts/c1', { ...admin, payload: { enabled: true } })).toMatchObject({ status: 200, body: { enabled: true, disabledReason: null } });
  expect(await call('PATCH', `/hosts/${randomUUID()}`, { ...admin, payload: { enabled: true } })).toMatchObject({ status: 404, body: { code: 'hostNotFound' } });
  expect(await call('DELETE', '/hosts/c1', admin)).toMatchObject({ status: 409, body: { code: 'hostInUse' } });
});

test('a host without a report says so', async () => {
  await v1.store.prisma.host.create({ data: { id: randomUUID(), name: 'new', address: 'x:1' } });
  expect(await call('GET', '/hosts/new', { token: v1.admin })).toMatchObject({ status: 200, body: { engineReady: false, engineReason: 'Its agent has not reported yet.', facts: null, lastSeenAt: null } });
});

test('a join token is made, listed without its secret, and made useless', async () => {
  const admin = { token: v1.admin };
  const { status, body } = await call('POST', '/join-tokens', { ...admin, payload: { ttlSeconds: 60, uses: 2, labels: { zone: 'a' } } });
  expect([status, body]).toEqual([201, { id: expect.any(String) as unknown, token: expect.stringMatching(/^\w+\.[\w-]+\.[0-9a-f]{64}$/) as unknown, expiresAt: expect.any(String) as unknown, publicKeyPin: v1.cloud.publicKeyPin, joinCommand: `curl -fsSk --pinnedpubkey '${v1.cloud.publicKeyPin}' https://cloud.test/v1/join.sh | sudo sh -s -- --token ${String(body.token)}` }]);
  expect((await call('GET', '/join-tokens', admin)).body).toEqual({ joinTokens: [{ id: body.id, usesLeft: 2, labels: { zone: 'a' }, createdAt: expect.any(String) as unknown, expiresAt: body.expiresAt }] });
  expect(await call('DELETE', `/join-tokens/${String(body.id)}`, admin)).toEqual({ status: 204, body: undefined });
  expect(await call('DELETE', `/join-tokens/${String(body.id)}`, admin)).toMatchObject({ status: 404 });
  expect(await call('POST', '/join-tokens', { payload: {} })).toMatchObject({ status: 403 });
  expect(await call('POST', '/join-tokens', { ...admin, payload: { uses: 0 } })).toMatchObject({ status: 400 });
  expect(await call('POST', '/join-tokens', { ...admin, payload: { labels: { zone: 'a:b' } } })).toMatchObject({ status: 400 });
});

test('joining takes no token but the join token', async () => {
  const payload = { token: 'a.b.c', request: 'none', name: 'h', address: 'h:1' };
  expect((await v1.app.inject({ method: 'POST', url: '/v1/enrol', payload })).json()).toMatchObject({ status: expect.any(Number) as unknown, code: expect.any(String) as unknown, detail: expect.any(String) as unknown });
  expect((await v1.app.inject({ method: 'POST', url: '/v1/enrol', payload: { ...payload, name: '../x' } })).statusCode).toBe(400);
  // gRPC would dial all of these.
  for (const address of ['unix:/run/docker.sock', 'dns:///h:1', 'h', 'h:1/x', 'h:1\n']) expect((await v1.app.inject({ method: 'POST', url: '/v1/enrol', payload: { ...payload, address } })).statusCode).toBe(400);
  for (const address of ['h-1.lan:9774', '10.0.0.1:9774', '[2001:db8::1]:9774']) expect((await v1.app.inject({ method: 'POST', url: '/v1/enrol', payload: { ...payload, request: 'none', address } })).json<{ detail: string }>().detail).toContain('PKCS#10');
  const noToken = await v1.app.inject('/v1/hosts');
  expect([noToken.statusCode, noToken.headers['www-authenticate']]).toEqual([401, 'Bearer realm="novadock"']);
});
