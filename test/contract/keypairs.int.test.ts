import { createPublicKey, sign, verify } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createComputeCloud, naiveTime, type ComputeCloud } from './compute-cloud.ts';

let nova: ComputeCloud;
beforeAll(async () => {
  nova = await createComputeCloud();
});
afterAll(() => nova.close());
beforeEach(() => nova.store.prisma.keypair.deleteMany());

const publicKey =
  'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQDsbkLZa4vBbeav4DMgch9UFaxGGuCjpteW3qrjjucWEqcAgYd0ZZk6atzK+M2Biuxt495b9o9+z/m+fSv6MN2PM/KdiS9u86vF/rnqhzMduJukzM4rXxJ16WJJSi92GVjXVZ4kReKJ+q7XMxznT83ivxU7Kc1skwAgK3AbpGZmzC/Csad6dJIXyjKyFu5S12xqRWtAoGjefa+tLVqK9+tcLyf+BdxEW7C9UwOpdat05oE8IKM4whH1ecdhfoHCqyZZjmOaRWf9kROUtLCef5pJ3jsGuWrluP7kHXZzYW3I8ByZgvHYOnDTwbnAiL51fopOMIIy+g6J+Z+pDOhXGif1 root@vm\n';
const fingerprint = '7f:22:50:34:3d:d4:0d:8c:32:cc:73:c4:d0:79:e5:31';
const add = (keypair: object, call: object = {}) => nova.ask('POST /os-keypairs', { body: { keypair }, ...call });

test('a public key is kept as it came', async () => {
  const kept = { name: 'mykey', public_key: publicKey, fingerprint };
  expect(await add({ name: 'mykey', public_key: publicKey })).toMatchObject({ status: 200, body: { keypair: { ...kept, user_id: nova.admin.userId } } });
  expect((await nova.ask('GET /os-keypairs')).body).toEqual({ keypairs: [{ keypair: kept }] });
  expect((await nova.ask('GET /os-keypairs', { version: 2 })).body).toEqual({ keypairs: [{ keypair: { ...kept, type: 'ssh' } }] });
  const shown = { ...kept, user_id: nova.admin.userId, created_at: expect.stringMatching(naiveTime) as unknown, deleted: false, deleted_at: null, id: expect.any(Number) as unknown, updated_at: null };
  expect((await nova.ask('GET /os-keypairs/mykey')).body).toEqual({ keypair: shown });
  expect((await nova.ask('GET /os-keypairs/mykey', { version: 87 })).body).toEqual({ keypair: { ...shown, type: 'ssh' } });
});

test.each<[number, number, number]>([
  [1, 200, 202],
  [2, 201, 204],
  [87, 201, 204],
])('at 2.%i it is made with %i and deleted with %i', async (version, made, deleted) => {
  expect((await add({ name: 'mykey', public_key: publicKey }, { version })).status).toBe(made);
  expect(await nova.ask('DELETE /os-keypairs/mykey', { version })).toMatchObject({ status: deleted, text: '' });
});

test('without one, a pair is made, and its private key shown once', async () => {
  const { status, body } = await add({ name: 'reckey' }, { version: 10 });
  const { keypair } = body as unknown as { keypair: Record<string, string> };
  expect([status, Object.keys(keypair)]).toEqual([201, ['private_key', 'type', 'name', 'public_key', 'fingerprint', 'user_id']]);
  expect(keypair.private_key).toMatch(/^-----BEGIN RSA PRIVATE KEY-----\n[^]+-----END RSA PRIVATE KEY-----\n$/);
  expect(keypair.public_key).toMatch(/^ssh-rsa AAAAB3NzaC1yc2E\S+ Generated-by-Nova$/);
  const n = Buffer.from(keypair.public_key!.split(' ')[1]!, 'base64').subarray(-256).toString('base64url');
  const signature = sign('sha256', Buffer.from('words'), keypair.private_key!);
  expect(verify('sha256', Buffer.from('words'), createPublicKey({ key: { kty: 'RSA', n, e: 'AQAB' }, format: 'jwk' }), signature)).toBe(true);
  expect((await nova.ask('GET /os-keypairs/reckey')).text).not.toContain('private_key');
});

test.each<[object, number, number, object]>([
  [{ name: 'bad', public_key: 'ssh-rsa nonsense' }, 1, 400, { badRequest: { code: 400, message: 'Keypair data is invalid: failed to generate fingerprint' } }],
  [{ name: 'bad/name' }, 1, 400, { badRequest: { code: 400, message: "An invalid 'name' value was provided. The name must be: Only expected characters: [_- 0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ]" } }],
  [{ name: '' }, 1, 400, { badRequest: { code: 400, message: "Invalid input for field/attribute name. Value: . '' is too short" } }],
  [{ name: 'k', type: 'ssh' }, 1, 400, { badRequest: { code: 400, message: "Invalid input for field/attribute keypair. Value: {'name': 'k', 'type': 'ssh'}. Additional properties are not allowed ('type' was unexpected)" } }],
  [{ name: 'k', type: 'gpg' }, 2, 400, { badRequest: { code: 400, message: "Invalid input for field/attribute type. Value: gpg. 'gpg' is not one of ['ssh', 'x509']" } }],
  [{ name: 'k', type: 'x509' }, 2, 400, { badRequest: { code: 400, message: 'Keypair data is invalid: keys of type x509 are not supported, for no container takes one.' } }],
])('%j at 2.%i: %i', async (keypair, version, status, body) => {
  expect(await add(keypair, { version })).toMatchObject({ status, body });
});

test('a name is taken once', async () => {
  await add({ name: 'reckey', public_key: publicKey });
  expect(await add({ name: 'reckey' }, { version: 10 })).toMatchObject({ status: 409, body: { conflictingRequest: { code: 409, message: "Key pair 'reckey' already exists." } } });
});

test('no user has more than the quota', async () => {
  const { userId, projectId } = nova.admin;
  await nova.ask(`PUT /os-quota-sets/${projectId}`, { body: { quota_set: { key_pairs: 1 } } });
  const replies = await Promise.all(['a', 'b', 'c'].map((name) => add({ name, public_key: publicKey })));
  expect(replies.map(({ status }) => status).sort()).toEqual([200, 403, 403]);
  expect(replies.find(({ status }) => status === 403)?.body).toEqual({ forbidden: { code: 403, message: 'Quota exceeded, too many key pairs.' } });
  expect(await nova.store.prisma.keypair.count({ where: { userId } })).toBe(1);
  await nova.ask(`DELETE /os-quota-sets/${projectId}`);
});

test("of other users: an administrator's alone, from 2.10 on", async () => {
  const { userId } = nova.demo;
  expect((await add({ name: 'theirs', public_key: publicKey, user_id: userId }, { version: 10 })).body).toMatchObject({ keypair: { user_id: userId } });
  expect((await nova.ask(`GET /os-keypairs?user_id=${userId}`, { version: 10 })).body).toMatchObject({ keypairs: [{ keypair: { name: 'theirs' } }] });
  expect((await nova.ask(`GET /os-keypairs?user_id=${userId}`, { version: 9 })).body).toEqual({ keypairs: [] });
  expect((await nova.ask(`GET /os-keypairs/theirs?user_id=${userId}`, { version: 10 })).status).toBe(200);
  expect(await nova.ask(`GET /os-keypairs?user_id=${nova.admin.userId}`, { version: 10, token: nova.tokens.demo })).toMatchObject({
    status: 403,
    body: { forbidden: { code: 403, message: "Policy doesn't allow os_compute_api:os-keypairs:index to be performed." } },
  });
  expect((await nova.ask(`DELETE /os-keypairs/theirs?user_id=${userId}`, { version: 10 })).status).toBe(204);
});

test('in pages from 2.35 on', async () => {
  for (const name of ['a', 'b', 'c']) await add({ name, public_key: publicKey });
  const names = ({ body }: { body: unknown }) => (body as { keypairs: { keypair: { name: string } }[] }).keypairs.map(({ keypair }) => keypair.name);
  const first = await nova.ask('GET /os-keypairs?limit=2', { version: 35 });
  expect([names(first), first.body]).toMatchObject([['a', 'b'], { keypairs_links: [{ rel: 'next', href: 'http://cloud.test/compute/v2.1/os-keypairs?limit=2&marker=b' }] }]);
  expect(names(await nova.ask('GET /os-keypairs?limit=2&marker=b', { version: 35 }))).toEqual(['c']);
  expect(names(await nova.ask('GET /os-keypairs?limit=2', { version: 34 }))).toEqual(['a', 'b', 'c']);
  expect(await nova.ask('GET /os-keypairs?marker=nosuch', { version: 35 })).toMatchObject({ status: 400, body: { badRequest: { message: 'Marker nosuch could not be found.' } } });
});

test.each(['GET', 'DELETE'])('%s of one that is not there', async (method) => {
  expect(await nova.ask(`${method} /os-keypairs/nosuch`)).toMatchObject({ status: 404, body: { itemNotFound: { code: 404, message: `Keypair nosuch not found for user ${nova.admin.userId}` } } });
});
