import { afterAll, beforeAll, expect, test } from 'vitest';
import { createComputeCloud, type ComputeCloud } from './compute-cloud.ts';

let nova: ComputeCloud;
beforeAll(async () => {
  nova = await createComputeCloud();
});
afterAll(() => nova.close());

const root = 'http://cloud.test/compute';
const links = (id: string) => [
  { rel: 'self', href: `${root}/v2.1/flavors/${id}` },
  { rel: 'bookmark', href: `${root}/flavors/${id}` },
];
const flavor = (id: string, name: string, [ram, vcpus, disk]: [number, number, number]) => ({
  id, name, ram, disk, swap: '', 'OS-FLV-EXT-DATA:ephemeral': 0, 'OS-FLV-DISABLED:disabled': false, vcpus, 'os-flavor-access:is_public': true, rxtx_factor: 1, links: links(id),
});
const tiny = flavor('1', 'm1.tiny', [512, 1, 1]);
const bootstrapped = [tiny, flavor('2', 'm1.small', [2048, 1, 20]), flavor('3', 'm1.medium', [4096, 2, 40]), flavor('4', 'm1.large', [8192, 4, 80]), flavor('5', 'm1.xlarge', [16384, 8, 160])];
const ids = (reply: { body: unknown }) => (reply.body as { flavors: { id: string }[] }).flavors.map(({ id }) => id);

test('a new cloud has five', async () => {
  expect((await nova.ask('GET /flavors/detail', { token: nova.tokens.demo })).body).toEqual({ flavors: bootstrapped });
  expect((await nova.ask('GET /flavors')).body).toEqual({ flavors: bootstrapped.map(({ id, name }) => ({ id, name, links: links(id) })) });
});

test.each<[number, object]>([
  [1, tiny],
  [54, tiny],
  [55, { ...tiny, description: null }],
  [61, { ...tiny, description: null, extra_specs: {} }],
  [75, { ...tiny, swap: 0, description: null, extra_specs: {} }],
  [87, { ...tiny, swap: 0, description: null, extra_specs: {} }],
])('at 2.%i', async (version, shown) => {
  expect((await nova.ask('GET /flavors/1', { version })).body).toEqual({ flavor: shown });
  expect((await nova.ask('GET /flavors/detail?limit=1', { version })).body).toMatchObject({ flavors: [shown] });
});

test.each<[string, string[]]>([
  ['minRam=4096', ['3', '4', '5']],
  ['minDisk=80&minRam=1', ['4', '5']],
  ['sort_key=memory_mb&sort_dir=desc&limit=2', ['5', '4']],
  ['limit=2&marker=2', ['3', '4']],
  ['sort_key=name&limit=2&marker=1', ['5']],
  ['limit=0', []],
  ['is_public=False', []],
  ['is_public=None', ['1', '2', '3', '4', '5']],
  ['nosuch=1', ['1', '2', '3', '4', '5']],
])('?%s', async (query, found) => {
  expect(ids(await nova.ask(`GET /flavors?${query}`))).toEqual(found);
});

test('in pages', async () => {
  expect((await nova.ask('GET /flavors?limit=1')).body).toMatchObject({ flavors_links: [{ rel: 'next', href: `${root}/v2.1/flavors?limit=1&marker=1` }] });
  expect((await nova.ask('GET /flavors/detail?sort_dir=desc&limit=2')).body).toMatchObject({ flavors_links: [{ rel: 'next', href: `${root}/v2.1/flavors/detail?limit=2&sort_dir=desc&marker=4` }] });
  expect((await nova.ask('GET /flavors?limit=6')).body).not.toHaveProperty('flavors_links');
});

test.each<[string, number, number, object]>([
  ['GET /flavors/99', 1, 404, { itemNotFound: { code: 404, message: 'Flavor 99 could not be found.' } }],
  ['GET /flavors/m1.tiny', 1, 404, { itemNotFound: { code: 404, message: 'Flavor m1.tiny could not be found.' } }],
  ['DELETE /flavors/99', 1, 404, { itemNotFound: { code: 404, message: 'Flavor 99 could not be found.' } }],
  ['GET /flavors?marker=99', 1, 400, { badRequest: { code: 400, message: 'marker [99] not found' } }],
  ['GET /flavors?limit=-1', 1, 400, { badRequest: { code: 400, message: "Invalid input for query parameters limit. Value: -1. '-1' does not match '^[0-9]*$'" } }],
  ['GET /flavors?minRam=x', 1, 400, { badRequest: { code: 400, message: 'Invalid minRam filter [x]' } }],
  ['GET /flavors?is_public=x', 1, 400, { badRequest: { code: 400, message: 'Invalid is_public filter [x]' } }],
  ['GET /flavors?nosuch=1', 75, 400, { badRequest: { code: 400, message: "Additional properties are not allowed ('nosuch' was unexpected)" } }],
  ['PUT /flavors/1', 54, 404, { itemNotFound: { code: 404, message: 'The resource could not be found.' } }],
])('%s at 2.%i: %i', async (call, version, status, body) => {
  expect(await nova.ask(call, { version, ...(call.startsWith('PUT') && { body: { flavor: { description: 'x' } } }) })).toMatchObject({ status, body });
});

const create = (wanted: object, version?: number, token?: string) => nova.ask('POST /flavors', { body: { flavor: wanted }, version, token });

test('an administrator adds one, as openstack does, and deletes it', async () => {
  const wanted = { 'os-flavor-access:is_public': true, disk: 1, id: '42', swap: 0, ram: 512, rxtx_factor: 1, 'OS-FLV-EXT-DATA:ephemeral': 0, name: 'm1.rec', vcpus: 1 };
  const made = { ...flavor('42', 'm1.rec', [512, 1, 1]), description: null, extra_specs: {} };
  expect(await create(wanted, 61)).toMatchObject({ status: 200, body: { flavor: made } });
  expect(await create(wanted, 61)).toMatchObject({ status: 409, body: { conflictingRequest: { code: 409, message: 'Flavor with ID 42 already exists.' } } });
  expect(await create({ ...wanted, id: null }, 61)).toMatchObject({ status: 409, body: { conflictingRequest: { code: 409, message: 'Flavor with name m1.rec already exists.' } } });
  const updated = await nova.ask('PUT /flavors/42', { version: 55, body: { flavor: { description: 'words' } } });
  expect(updated.body).toEqual({ flavor: { ...flavor('42', 'm1.rec', [512, 1, 1]), description: 'words' } });
  expect(await nova.ask('DELETE /flavors/42')).toMatchObject({ status: 202, text: '', headers: { 'content-type': 'application/json' } });
  expect((await nova.ask('GET /flavors/42')).status).toBe(404);
});

test('numbers may come as text, the id as a number or not at all', async () => {
  expect((await create({ name: 'text', id: 77, ram: '64', vcpus: '2', disk: '0', swap: '16', rxtx_factor: '1.5' })).body).toEqual({
    flavor: { ...flavor('77', 'text', [64, 2, 0]), swap: 16, rxtx_factor: 1.5 },
  });
  for (const id of [undefined, null, 'auto']) {
    const { body } = await create({ name: `auto ${id}`, id, ram: 1, vcpus: 1, disk: 0 });
    const { flavor: made } = body as unknown as { flavor: { id: string } };
    expect(made.id).toMatch(/^[0-9a-f-]{36}$/);
    await nova.ask(`DELETE /flavors/${made.id}`);
  }
  await nova.ask('DELETE /flavors/77');
});

test.each<[object, string]>([
  [{ name: 'z', ram: 'x', disk: 1, vcpus: 1 }, "Invalid input for field/attribute ram. Value: x. 'x' does not match '^[0-9]+$'"],
  [{ name: 'z', ram: 0, disk: 1, vcpus: 1 }, 'Invalid input for field/attribute ram. Value: 0. 0 is less than the minimum of 1'],
  [{ name: 'z', ram: 1, disk: 1 }, "Invalid input for field/attribute flavor. Value: {'name': 'z', 'ram': 1, 'disk': 1}. 'vcpus' is a required property"],
  [{ name: 'z', ram: 1, disk: 1, vcpus: 1, rxtx_factor: 0 }, 'Invalid input for field/attribute rxtx_factor. Value: 0. 0 is less than or equal to the minimum of 0'],
  [{ name: ' z', ram: 1, disk: 1, vcpus: 1 }, "An invalid 'name' value was provided. The name must be: printable characters. Can not start or end with whitespace."],
])('%j is refused', async (wanted, message) => {
  expect(await create(wanted)).toMatchObject({ status: 400, body: { badRequest: { code: 400, message } } });
});

test('nobody else adds one', async () => {
  expect(await create({ name: 'z', ram: 1, disk: 1, vcpus: 1 }, 1, nova.tokens.demo)).toMatchObject({
    status: 403,
    body: { forbidden: { code: 403, message: "Policy doesn't allow os_compute_api:os-flavor-manage:create to be performed." } },
  });
});

test('extra specs', async () => {
  const path = '/flavors/2/os-extra_specs';
  expect((await nova.ask(`GET ${path}`)).body).toEqual({ extra_specs: {} });
  expect(await nova.ask(`POST ${path}`, { body: { extra_specs: { 'a:b': 'c', n: 5 } } })).toMatchObject({ status: 200, body: { extra_specs: { 'a:b': 'c', n: 5 } } });
  expect((await nova.ask(`PUT ${path}/n`, { body: { n: '6' } })).body).toEqual({ n: '6' });
  expect((await nova.ask(`GET ${path}`, { token: nova.tokens.demo })).body).toEqual({ extra_specs: { 'a:b': 'c', n: '6' } });
  expect((await nova.ask(`GET ${path}/n`)).body).toEqual({ n: '6' });
  expect((await nova.ask('GET /flavors/2', { version: 61 })).body).toMatchObject({ flavor: { extra_specs: { 'a:b': 'c', n: '6' } } });
  expect(await nova.ask(`PUT ${path}/n`, { body: { m: '6' } })).toMatchObject({ status: 400, body: { badRequest: { message: 'Request body and URI mismatch' } } });
  expect(await nova.ask(`POST ${path}`, { body: { extra_specs: { 'a/b': 'c' } } })).toMatchObject({ status: 400 });
  expect((await nova.ask(`POST ${path}`, { body: { extra_specs: {} }, token: nova.tokens.demo })).status).toBe(403);
  expect(await nova.ask(`DELETE ${path}/n`)).toMatchObject({ status: 200, text: '' });
  expect(await nova.ask(`DELETE ${path}/n`)).toMatchObject({ status: 404, body: { itemNotFound: { message: 'Flavor 2 has no extra specs with key n.' } } });
  expect(await nova.ask('POST /flavors/99/os-extra_specs', { body: { extra_specs: { a: 'b' } } })).toMatchObject({ status: 404 });
  await nova.ask(`DELETE ${path}/a:b`);
});

test('a flavor that is not public is for the projects that have access', async () => {
  await create({ name: 'private', id: 'p', ram: 1, vcpus: 1, disk: 0, 'os-flavor-access:is_public': 'False' });
  const { projectId } = nova.demo;
  const asDemo = { token: nova.tokens.demo };
  const act = (action: string, call: object = {}) => nova.ask('POST /flavors/p/action', { body: { [action]: { tenant: projectId } }, ...call });
  expect((await nova.ask('GET /flavors/p', asDemo)).status).toBe(404);
  expect(ids(await nova.ask('GET /flavors'))).not.toContain('p');
  expect(ids(await nova.ask('GET /flavors?is_public=false'))).toEqual(['p']);
  expect((await nova.ask('GET /flavors/p/os-flavor-access')).body).toEqual({ flavor_access: [] });
  expect((await act('addTenantAccess', asDemo)).status).toBe(403);
  expect((await act('addTenantAccess')).body).toEqual({ flavor_access: [{ flavor_id: 'p', tenant_id: projectId }] });
  expect(await act('addTenantAccess')).toMatchObject({ status: 409, body: { conflictingRequest: { message: `Flavor access already exists for flavor p and project ${projectId} combination.` } } });
  expect(ids(await nova.ask('GET /flavors', asDemo))).toContain('p');
  expect((await nova.ask('GET /flavors/p', asDemo)).status).toBe(200);
  expect((await act('removeTenantAccess')).body).toEqual({ flavor_access: [] });
  expect(await act('removeTenantAccess')).toMatchObject({ status: 404, body: { itemNotFound: { message: `Flavor access not found for p / ${projectId} combination.` } } });
  expect(await nova.ask('POST /flavors/p/action', { body: { addTenantAccess: { tenant: 'nosuch' } } })).toMatchObject({ status: 400, body: { badRequest: { message: 'Project ID nosuch is not a valid project.' } } });
  expect(await nova.ask('GET /flavors/1/os-flavor-access')).toMatchObject({ status: 404, body: { itemNotFound: { message: 'Access list not available for public flavors.' } } });
  expect(await nova.ask('POST /flavors/1/action', { version: 7, body: { addTenantAccess: { tenant: projectId } } })).toMatchObject({ status: 409 });
  expect(await nova.ask('POST /flavors/1/action', { body: { fly: null } })).toMatchObject({ status: 400, body: { badRequest: { message: 'There is no such action: fly' } } });
});
