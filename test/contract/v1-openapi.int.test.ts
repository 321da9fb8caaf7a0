import { createRequire } from 'node:module';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createV1Cloud, type V1Cloud } from './v1-cloud.ts';

// The Ajv that Fastify brings along.
const ajvHome = createRequire(createRequire(createRequire(import.meta.url).resolve('fastify')).resolve('@fastify/ajv-compiler'));
type Validate = ((value: unknown) => boolean) & { errors: unknown };
type Ajv = { addSchema(schema: object, key: undefined, meta: undefined, validate: false): void; compile(schema: object): Validate };
const { Ajv2020 } = ajvHome('ajv/dist/2020.js') as { Ajv2020: new (options: object) => Ajv };

type Schema = Record<string, unknown>;
type Reply = { description: string; content?: Record<string, { schema?: Schema }> };
type Parameter = { name: string; in: string; required?: boolean; schema: Schema };
type Operation = { summary?: string; tags?: string[]; parameters?: Parameter[]; requestBody?: { content: Record<string, { schema: Schema }> }; responses: Record<string, Reply>; security?: object[] };
type Document = { openapi: string; info: { title: string; version: string }; tags: { name: string }[]; paths: Record<string, Record<string, Operation>>; components: { schemas: Record<string, Schema>; securitySchemes: object } };

let v1: V1Cloud;
let document: Document;
let operations: [string, Operation][];
beforeAll(async () => {
  v1 = await createV1Cloud();
  document = (await v1.app.inject('/v1/openapi.json')).json<Document>();
  operations = Object.entries(document.paths).flatMap(([path, item]) => Object.entries(item).map(([method, operation]): [string, Operation] => [`${method.toUpperCase()} ${path}`, operation]));
});
afterAll(() => v1.close());

test('it is an OpenAPI 3.1 document with all routes of /v1', async () => {
  expect(document).toMatchObject({ openapi: '3.1.0', info: { title: 'Novadock', version: '1' } });
  expect(operations.map(([name]) => name).toSorted()).toEqual([
    'DELETE /v1/hosts/{host}', 'DELETE /v1/hosts/{host}/setup-runs/{run}', 'DELETE /v1/images/{image}', 'DELETE /v1/instances/{instance}', 'DELETE /v1/join-tokens/{id}',
    'GET /v1/agent/{archive}', 'GET /v1/agent/{archive}/manifest', 'GET /v1/authority.pem', 'GET /v1/events', 'GET /v1/flavors', 'GET /v1/fleet', 'GET /v1/hosts', 'GET /v1/hosts/{host}', 'GET /v1/hosts/{host}/setup-runs', 'GET /v1/hosts/{host}/setup-runs/{run}', 'GET /v1/hosts/{host}/setup-runs/{run}/entries', 'GET /v1/images', 'GET /v1/images/{image}', 'GET /v1/instances', 'GET /v1/instances/{instance}',
    'GET /v1/instances/{instance}/logs', 'GET /v1/instances/{instance}/stats', 'GET /v1/join-tokens', 'GET /v1/join.sh', 'GET /v1/networks', 'GET /v1/profiles', 'GET /v1/profiles/{name}',
    'GET /v1/rollouts', 'GET /v1/rollouts/{rollout}', 'GET /v1/rollouts/{rollout}/events', 'GET /v1/rollouts/{rollout}/hosts', 'GET /v1/rollouts/{rollout}/hosts/{host}/log', 'GET /v1/rollouts/{rollout}/plan', 'PATCH /v1/hosts/{host}', 'PATCH /v1/rollouts/{rollout}', 'POST /v1/enrol', 'POST /v1/hosts/{host}/certificate', 'POST /v1/hosts/{host}/revoke', 'POST /v1/hosts/{host}/setup-runs', 'POST /v1/images',
    'POST /v1/instances', 'POST /v1/instances/{instance}/pause', 'POST /v1/instances/{instance}/reboot', 'POST /v1/instances/{instance}/reboot-hard', 'POST /v1/instances/{instance}/start',
    'POST /v1/instances/{instance}/stop', 'POST /v1/instances/{instance}/unpause', 'POST /v1/join-tokens',
    'POST /v1/rollouts', ...['abort', 'approve', 'pause', 'promote', 'resume', 'retry', 'rollback', 'skip', 'start'].map((verb) => `POST /v1/rollouts/{rollout}/${verb}`), 'PUT /v1/profiles/{name}',
  ]);
});

test('each operation has a summary, tags that are explained, and its replies: what succeeds and what is refused', () => {
  for (const [name, operation] of operations) {
    expect([name, operation.summary]).toEqual([name, expect.stringMatching(/^[A-Z].*[^.]$/)]);
    expect([name, document.tags.map((tag) => tag.name)]).toEqual([name, expect.arrayContaining(operation.tags ?? ['none'])]);
    const good = Object.entries(operation.responses).filter(([status]) => status.startsWith('2'));
    expect([name, good.length > 0]).toEqual([name, true]);
    for (const [status, reply] of good) {
      const schemas = Object.values(reply.content ?? {}).map(({ schema }) => schema);
      const isEmpty = status === '204' || (status === '202' && name.startsWith('DELETE'));
      expect([name, status, schemas.length > 0 && schemas.every((schema) => schema !== undefined && Object.keys(schema).length > 0)]).toEqual([name, status, !isEmpty]);
    }
    for (const status of ['4XX', '5XX']) expect([name, operation.responses[status]?.content?.['application/problem+json']?.schema]).toEqual([name, { $ref: '#/components/schemas/Problem' }]);
  }
});

test('each operation says what it takes: the parameters of its path, and a body where it has one', () => {
  for (const [name, operation] of operations) {
    const inPath = [...name.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter);
    const said = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path');
    expect([name, said.map((parameter) => parameter.name)]).toEqual([name, inPath]);
    expect([name, said.every(({ required }) => required === true)]).toEqual([name, true]);
  }
  expect(document.paths['/v1/instances']?.post?.requestBody?.content['application/json']?.schema).toMatchObject({ type: 'object', required: ['name', 'image', 'flavor'] });
  expect(Object.keys(document.paths['/v1/images']?.post?.requestBody?.content ?? {})).toContain('application/x-tar');
});

test('each POST takes an Idempotency-Key, but those of agents and the one whose reply is not to be stored', () => {
  const taking = operations.filter(([, { parameters = [] }]) => parameters.some((parameter) => parameter.in === 'header' && parameter.name === 'idempotency-key')).map(([name]) => name);
  expect(taking).toEqual(operations.map(([name]) => name).filter((name) => name.startsWith('POST') && !['POST /v1/enrol', 'POST /v1/hosts/{host}/certificate', 'POST /v1/join-tokens'].includes(name)));
});

test('only what needs no token says so', () => {
  const open = operations.filter(([, { security }]) => security?.length === 0).map(([name]) => name);
  expect(open).toEqual(['POST /v1/hosts/{host}/certificate', 'GET /v1/authority.pem', 'POST /v1/enrol', 'GET /v1/join.sh', 'GET /v1/agent/{archive}', 'GET /v1/agent/{archive}/manifest']);
});

test('each schema is one (JSON Schema 2020-12), and each reference leads somewhere', () => {
  const ajv = new Ajv2020({ strict: true, keywords: ['components'], allowUnionTypes: true, formats: { uuid: true, 'date-time': true } });
  const id = 'https://novadock/openapi.json';
  ajv.addSchema({ $id: id, components: document.components }, undefined, undefined, false);
  const schemas = collectSchemas(document);
  expect(schemas.length).toBeGreaterThan(30);
  for (const schema of schemas) {
    const absolute = JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#', `"$ref":"${id}#`)) as Schema;
    expect(() => ajv.compile(absolute), JSON.stringify(schema)).not.toThrow();
  }
  expect(Object.keys(document.components.schemas).toSorted()).toEqual(['Event', 'Fleet', 'Host', 'HostProfile', 'Image', 'Instance', 'JoinToken', 'Problem', 'Rollout', 'RolloutHost', 'RolloutLog', 'RolloutPlan', 'SetupEntry', 'SetupRun']);
});

test('what is answered is what is documented', async () => {
  const ajv = new Ajv2020({ strict: false, formats: { uuid: true, 'date-time': true } });
  const headers = { 'x-auth-token': v1.admin };
  await v1.app.inject({ method: 'POST', url: '/v1/instances?wait=active', headers, payload: { name: 'web', image: v1.image.id, flavor: 'm1.tiny' } });
  await v1.app.inject({ method: 'POST', url: '/v1/rollouts', headers, payload: { profile: 'default' } });
  await v1.app.inject({ method: 'POST', url: '/v1/rollouts/r-1/start', headers });
  const rollouts = Object.fromEntries(['', '/plan', '/hosts', '/hosts/{host}/log'].map((rest) => [`/v1/rollouts/{rollout}${rest}`, `/v1/rollouts/r-1${rest.replace('{host}', 'c1')}`]));
  const asked = { '/v1/rollouts': '/v1/rollouts', ...rollouts,  '/v1/instances': '/v1/instances', '/v1/instances/{instance}': '/v1/instances/web', '/v1/images/{image}': '/v1/images/hello', '/v1/hosts': '/v1/hosts', '/v1/hosts/{host}': '/v1/hosts/c1', '/v1/flavors': '/v1/flavors', '/v1/fleet': '/v1/fleet', '/v1/profiles': '/v1/profiles', '/v1/profiles/{name}': '/v1/profiles/nova-docker', '/v1/join-tokens': '/v1/join-tokens' };
  for (const [path, url] of Object.entries(asked)) {
    const reply = await v1.app.inject({ url, headers });
    expect([url, reply.statusCode]).toEqual([url, 200]);
    const schema = document.paths[path]?.get?.responses['200']?.content?.['application/json']?.schema;
    const validate = ajv.compile({ ...schema, components: document.components });
    expect([url, validate(reply.json()), validate.errors]).toEqual([url, true, null]);
  }
});

test('the page to try it comes from this server alone', async () => {
  const page = await v1.app.inject('/v1/docs/');
  expect(page.statusCode).toBe(200);
  expect(page.body).not.toMatch(/https?:\/\/(?!www\.w3\.org)/);
  const [script] = /[^"]*swagger-ui-bundle\.js/.exec(page.body) ?? [''];
  expect((await v1.app.inject(new URL(script, 'http://x/v1/docs/').pathname)).statusCode).toBe(200);
});

test('health is answered without a token', async () => {
  expect(await v1.app.inject('/livez')).toMatchObject({ statusCode: 200, body: 'ok\n' });
  expect(await v1.app.inject('/readyz')).toMatchObject({ statusCode: 200, body: 'ok\n' });
});

function collectSchemas({ paths, components }: Document): Schema[] {
  const found: Schema[] = Object.values(components.schemas);
  for (const { parameters = [], requestBody, responses } of Object.values(paths).flatMap((item) => Object.values(item))) {
    found.push(...parameters.map(({ schema }) => schema));
    const contents = [requestBody?.content ?? {}, ...Object.values(responses).map(({ content = {} }) => content)];
    found.push(...contents.flatMap((content) => Object.values(content).flatMap(({ schema }) => (schema === undefined ? [] : [schema]))));
  }
  return found;
}

test('the page is the same without a slash at the end: all that it links to is there', async () => {
  const page = await v1.app.inject('/v1/docs');
  const links = [...page.body.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, link]) => link ?? '');
  expect(links.length).toBeGreaterThan(3);
  for (const link of links) expect([link, (await v1.app.inject(new URL(link, 'http://x/v1/docs').pathname)).statusCode]).toEqual([link, 200]);
});
