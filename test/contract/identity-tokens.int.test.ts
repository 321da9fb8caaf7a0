import { afterAll, beforeAll, expect, test } from 'vitest';
import { createIdentityCloud, password, type IdentityCloud, type Reply } from './identity-cloud.ts';

let cloud: IdentityCloud;
let demo: Awaited<ReturnType<IdentityCloud['addUser']>>;
beforeAll(async () => {
  cloud = await createIdentityCloud();
  demo = await cloud.addUser('demo');
});
afterAll(() => cloud.close());

const refusal = { error: { code: 401, message: 'The request you have made requires authentication.', title: 'Unauthorized' } };
const version = {
  id: 'v3.14', status: 'stable', updated: '2020-04-07T00:00:00Z', links: [{ rel: 'self', href: 'http://cloud.test/identity/v3/' }],
  'media-types': [{ base: 'application/json', type: 'application/vnd.openstack.identity-v3+json' }],
};
const anyText = expect.any(String) as string;
const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000000Z$/) as string;
const domain = { id: 'default', name: 'Default' };

type TokenReply = { token: { audit_ids: string[]; expires_at: string; project?: { id: string }; catalog?: object[]; roles?: { name: string }[]; methods: string[] } };
const tokenIn = (reply: Reply) => (reply.body as TokenReply).token;
const subjectOf = (reply: Reply) => String(reply.headers['x-subject-token']);
const auth = (identity: object, scope?: unknown) => ({ body: { auth: { identity, ...(scope === undefined ? {} : { scope }) } } });
const validate = (subject: string, token = cloud.admin) => cloud.ask('GET /identity/v3/auth/tokens', { token, headers: { 'x-subject-token': subject } });

function expectRefused(reply: Reply): void {
  expect(reply.body).toEqual(refusal);
  expect(reply.status).toBe(401);
  expect(reply.headers).toMatchObject({ 'www-authenticate': 'Keystone uri="http://cloud.test/identity/v3"', vary: 'X-Auth-Token' });
}

test.for(['/identity', '/identity/'])('GET %s answers 300 and where to go', async (path) => {
  const reply = await cloud.ask(`GET ${path}`);
  expect(reply.body).toEqual({ versions: { values: [version] } });
  expect(reply.status).toBe(300);
  expect(reply.headers).toMatchObject({ location: 'http://cloud.test/identity/v3/', vary: 'X-Auth-Token', 'x-openstack-request-id': expect.stringMatching(/^req-/) as string });
});

test.for(['/identity/v3', '/identity/v3/'])('GET %s answers the version', async (path) => {
  expect(await cloud.ask(`GET ${path}`)).toMatchObject({ status: 200, body: { version } });
});

test('a token for a project says all about it and brings the catalog', async () => {
  const reply = await cloud.signIn({ name: 'admin' });
  expect(reply.status).toBe(201);
  expect(reply.body).toEqual({
    token: {
      methods: ['password'],
      user: { domain, id: anyText, name: 'admin', password_expires_at: null },
      audit_ids: [anyText],
      expires_at: time,
      issued_at: time,
      project: { domain, id: anyText, name: 'admin' },
      is_domain: false,
      roles: ['admin', 'member', 'reader'].map((name) => ({ id: anyText, name })),
      catalog: expect.any(Array) as object[],
    },
  });
  const urls = (tokenIn(reply).catalog as { type: string; endpoints: { url: string; interface: string; region: string; region_id: string; id: string }[] }[])
    .map(({ type, endpoints }) => [type, endpoints.map(({ interface: side }) => side), endpoints[0]?.url]);
  const sides = ['public', 'internal', 'admin'];
  expect(urls).toEqual([
    ['identity', sides, 'http://cloud.test/identity'], ['compute', sides, 'http://cloud.test/compute/v2.1'], ['image', sides, 'http://cloud.test/image'], ['network', sides, 'http://cloud.test/network'],
  ]);
});

test('?nocatalog leaves the catalog out', async () => {
  const reply = await cloud.ask('POST /identity/v3/auth/tokens?nocatalog', auth({ methods: ['password'], password: { user: { name: 'admin', domain: { name: 'Default' }, password } } }, { project: { name: 'admin', domain: { name: 'default' } } }));
  expect(reply.status).toBe(201);
  expect(Object.keys(tokenIn(reply))).toEqual(['methods', 'user', 'audit_ids', 'expires_at', 'issued_at', 'project', 'is_domain', 'roles']);
});

test('a token without a scope has no project, roles and catalog', async () => {
  for (const scope of [undefined, 'unscoped', { unscoped: {} }]) {
    const reply = await cloud.ask('POST /identity/v3/auth/tokens', auth({ methods: ['password'], password: { user: { id: demo.userId, password } } }, scope));
    expect(reply.status).toBe(201);
    expect(Object.keys(tokenIn(reply))).toEqual(['methods', 'user', 'audit_ids', 'expires_at', 'issued_at']);
  }
});

test('without a scope the default project is taken, unless the request says unscoped', async () => {
  const { userId, projectId } = await cloud.addUser('settled');
  await cloud.ask(`PATCH /identity/v3/users/${userId}`, { token: cloud.admin, body: { user: { default_project_id: projectId } } });
  expect(tokenIn(await cloud.signIn({ name: 'settled' }, undefined)).project?.id).toBe(projectId);
  expect(tokenIn(await cloud.signIn({ name: 'settled' }, 'unscoped')).project).toBeUndefined();
});

test('a token for the system has roles and no project; only who holds a role there gets one', async () => {
  const reply = await cloud.signIn({ name: 'admin' }, { system: { all: true } });
  expect(reply.body).toMatchObject({ token: { system: { all: true }, roles: [{ name: 'admin' }] } });
  expect(tokenIn(reply).project).toBeUndefined();
  expectRefused(await cloud.signIn({ name: 'demo' }, { system: { all: true } }));
});

test.for<[string, { name: string; password?: string }, unknown?]>([
  ['a wrong password', { name: 'admin', password: 'wrong' }],
  ['an unknown user', { name: 'nobody' }],
  ['an unknown project', { name: 'admin' }, { project: { name: 'nosuch', domain: { id: 'default' } } }],
  ["another's project", { name: 'demo' }, { project: { name: 'admin', domain: { id: 'default' } } }],
  ['an unknown domain', { name: 'admin' }, { project: { name: 'admin', domain: { id: 'other' } } }],
  ['a role on the domain', { name: 'admin' }, { domain: { id: 'default' } }],
])('%s is refused with the one answer that tells nothing', async ([, user, scope]) => {
  expectRefused(await (scope === undefined ? cloud.signIn(user) : cloud.signIn(user, scope)));
});

test('what cannot be understood is refused with the reason', async () => {
  const rest = 'The server could not comply with the request since it is either malformed or otherwise incorrect. The client is assumed to be in error.';
  const error = (message: string) => ({ status: 400, body: { error: { code: 400, message: `${message} ${rest}`, title: 'Bad Request' } } });
  expect(await cloud.ask('POST /identity/v3/auth/tokens', { body: {} })).toMatchObject(error('Expecting to find auth in request body.'));
  expect(await cloud.ask('POST /identity/v3/auth/tokens', { body: '{oops' })).toMatchObject(error('Expecting to find valid JSON in request body.'));
  expect(await cloud.ask('POST /identity/v3/auth/tokens', { body: { auth: {} } })).toMatchObject(error('Expecting to find identity in auth.'));
  const unknown = await cloud.ask('POST /identity/v3/auth/tokens', auth({ methods: ['magic'], magic: {} }));
  expect(unknown).toMatchObject({ status: 401, body: { error: { code: 401, message: 'Attempted to authenticate with an unsupported method.', identity: { methods: ['password', 'token', 'application_credential'] } } } });
});

test('a token from a token keeps its expiry and remembers the first', async () => {
  const first = await cloud.signIn({ name: 'admin' }, 'unscoped');
  const second = await cloud.ask('POST /identity/v3/auth/tokens', auth({ methods: ['token'], token: { id: subjectOf(first) } }, { project: { name: 'admin', domain: { id: 'default' } } }));
  expect(second.status).toBe(201);
  expect(tokenIn(second)).toMatchObject({ methods: ['token', 'password'], expires_at: tokenIn(first).expires_at, audit_ids: [anyText, tokenIn(first).audit_ids[0]] });
  const third = await cloud.ask('POST /identity/v3/auth/tokens', auth({ methods: ['token'], token: { id: subjectOf(second) } }, { project: { name: 'admin', domain: { id: 'default' } } }));
  expect(tokenIn(third).audit_ids).toEqual([anyText, tokenIn(first).audit_ids[0]]);
  expect(tokenIn(third).methods).toEqual(['token', 'password']);
});

test('a token is validated by administrators and its own user, HEAD included', async () => {
  const subject = await cloud.signIn({ name: 'demo' });
  const reply = await validate(subjectOf(subject));
  expect(reply).toMatchObject({ status: 200, headers: { 'x-subject-token': subjectOf(subject) } });
  expect(reply.body).toEqual(subject.body);
  expect(await validate(subjectOf(subject), subjectOf(subject))).toMatchObject({ status: 200 });
  expect(await cloud.ask('HEAD /identity/v3/auth/tokens', { token: cloud.admin, headers: { 'x-subject-token': subjectOf(subject) } })).toMatchObject({ status: 200, text: '' });
  expect(await validate(cloud.admin, demo.token)).toMatchObject({ status: 403, body: { error: { message: 'You are not authorized to perform the requested action: identity:validate_token.' } } });
  expect(await validate('nonsense')).toMatchObject({ status: 404, body: { error: { code: 404, title: 'Not Found' } } });
});

test('a revoked token, and those made from it, hold no more', async () => {
  const subject = subjectOf(await cloud.signIn({ name: 'demo' }));
  const child = subjectOf(await cloud.ask('POST /identity/v3/auth/tokens', auth({ methods: ['token'], token: { id: subject } }, { project: { id: demo.projectId } })));
  expect(await cloud.ask('DELETE /identity/v3/auth/tokens', { token: subject, headers: { 'x-subject-token': subject } })).toMatchObject({ status: 204, text: '' });
  expect(await validate(subject)).toMatchObject({ status: 404, body: { error: { code: 404, message: 'Failed to validate token', title: 'Not Found' } } });
  for (const token of [subject, child]) expectRefused(await cloud.ask('GET /identity/v3/auth/projects', { token }));
});

test.for<[string, string, unknown]>([
  ['a new password', 'users', { user: { password: 'other' } }],
  ['a disabled user', 'users', { user: { enabled: false } }],
  ['a disabled project', 'projects', { project: { enabled: false } }],
])('%s voids the tokens that were issued before', async ([name, path, body]) => {
  const { token, userId, projectId } = await cloud.addUser(name);
  expect(await cloud.ask(`PATCH /identity/v3/${path}/${path === 'users' ? userId : projectId}`, { token: cloud.admin, body })).toMatchObject({ status: 200 });
  expectRefused(await cloud.ask('GET /identity/v3/auth/projects', { token }));
});

test('a token that was changed is none', async () => {
  const [body = '', signature = ''] = demo.token.split('.');
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as unknown[];
  const forged = Buffer.from(JSON.stringify([...claims.slice(0, 2), 'system', ...claims.slice(3)])).toString('base64url');
  for (const token of [`${forged}.${signature}`, `${body}.`, body, 'nonsense', '', '.']) expectRefused(await cloud.ask('GET /identity/v3/auth/projects', { token }));
});

test('what the caller may use', async () => {
  expect(await cloud.ask('GET /identity/v3/auth/projects', { token: demo.token })).toMatchObject({
    status: 200,
    body: { projects: [{ id: demo.projectId, name: 'demo', links: { self: `http://cloud.test/identity/v3/projects/${demo.projectId}` } }], links: { next: null, self: 'http://cloud.test/identity/v3/auth/projects', previous: null } },
  });
  expect(await cloud.ask('GET /identity/v3/auth/domains', { token: demo.token })).toMatchObject({ status: 200, body: { domains: [] } });
  expect(await cloud.ask('GET /identity/v3/auth/system', { token: demo.token })).toMatchObject({ status: 200, body: { system: [] } });
  expect(await cloud.ask('GET /identity/v3/auth/system', { token: cloud.admin })).toMatchObject({ status: 200, body: { system: [{ all: true }] } });
  expect(await cloud.ask('GET /identity/v3/auth/catalog', { token: demo.token })).toMatchObject({ status: 200, body: { catalog: [{ type: 'identity' }, { type: 'compute' }, { type: 'image' }, { type: 'network' }] } });
});

test('an application credential signs in with the roles it was given, until it is deleted or expires', async () => {
  const path = `/identity/v3/users/${demo.userId}/application_credentials`;
  const created = await cloud.ask(`POST ${path}`, { token: demo.token, body: { application_credential: { name: 'robot' } } });
  expect(created).toMatchObject({
    status: 201,
    body: { application_credential: { id: anyText, name: 'robot', description: null, user_id: demo.userId, project_id: demo.projectId, system: null, expires_at: null, unrestricted: null, roles: [{ name: 'member', domain_id: null }], secret: anyText } },
  });
  const { id, secret } = (created.body as { application_credential: { id: string; secret: string } }).application_credential;
  const byId = () => cloud.ask('POST /identity/v3/auth/tokens', auth({ methods: ['application_credential'], application_credential: { id, secret } }));
  const reply = await byId();
  expect(reply.body).toMatchObject({ token: { methods: ['application_credential'], user: { name: 'demo' }, project: { id: demo.projectId }, roles: [{ name: 'member' }] } });
  expect(await cloud.ask('POST /identity/v3/auth/tokens', auth({ methods: ['application_credential'], application_credential: { name: 'robot', user: { name: 'demo', domain: { id: 'default' } }, secret } }))).toMatchObject({ status: 201 });
  expectRefused(await cloud.ask('POST /identity/v3/auth/tokens', auth({ methods: ['application_credential'], application_credential: { id, secret: 'wrong' } })));
  expect(await cloud.ask(`POST ${path}`, { token: subjectOf(reply), body: { application_credential: { name: 'child' } } })).toMatchObject({ status: 403 });
  expect(await cloud.ask(`POST ${path}`, { token: demo.token, body: { application_credential: { name: 'robot' } } })).toMatchObject({ status: 409 });
  expect(await cloud.ask(`POST ${path}`, { token: demo.token, body: { application_credential: { name: 'king', roles: [{ name: 'admin' }] } } })).toMatchObject({ status: 400 });
  expect(await cloud.ask(`GET ${path}?name=robot`, { token: demo.token })).toMatchObject({ status: 200, body: { application_credentials: [{ id, name: 'robot' }] } });
  expect(await cloud.ask(`GET ${path}/${id}`, { token: demo.token })).toMatchObject({ status: 200, body: { application_credential: { id, roles: [{ name: 'member' }] } } });
  expect(await cloud.ask(`DELETE ${path}/${id}`, { token: demo.token })).toMatchObject({ status: 204 });
  expect(await cloud.ask(`GET ${path}/${id}`, { token: demo.token })).toMatchObject({ status: 404, body: { error: { message: `Could not find Application Credential: ${id}.` } } });
  expectRefused(await byId());
  expectRefused(await cloud.ask('GET /identity/v3/auth/projects', { token: subjectOf(reply) }));
});

test('an application credential that expires takes its tokens along', async () => {
  const expiresAt = new Date(Date.now() + 1_500).toISOString();
  const created = await cloud.ask(`POST /identity/v3/users/${demo.userId}/application_credentials`, { token: demo.token, body: { application_credential: { name: 'short', expires_at: expiresAt } } });
  const { id, secret } = (created.body as { application_credential: { id: string; secret: string } }).application_credential;
  const signIn = () => cloud.ask('POST /identity/v3/auth/tokens', auth({ methods: ['application_credential'], application_credential: { id, secret } }));
  const token = subjectOf(await signIn());
  await expect.poll(async () => (await cloud.ask('GET /identity/v3/auth/projects', { token })).status, { interval: 50 }).toBe(401);
  expectRefused(await signIn());
});

test('an unknown path is a page, with and without a token; a wrong method is 405', async () => {
  for (const reply of [await cloud.ask('GET /identity/v3/nosuch', { token: cloud.admin }), await cloud.ask('GET /identity/v2.0')]) {
    expect(reply).toMatchObject({ status: 404, headers: { 'content-type': 'text/html; charset=utf-8', vary: 'X-Auth-Token' } });
    expect(reply.text).toContain('<h1>Not Found</h1>');
  }
  const reply = await cloud.ask('PATCH /identity/v3/auth/tokens', { token: cloud.admin });
  expect(reply).toMatchObject({ status: 405, body: { message: 'The method is not allowed for the requested URL.' } });
  expect(String(reply.headers.allow).split(', ').sort()).toEqual(['DELETE', 'GET', 'HEAD', 'OPTIONS', 'POST']);
});
