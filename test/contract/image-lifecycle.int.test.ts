import { createHash } from 'node:crypto';
import { readEvents } from '@novadock/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schemas } from '../../apps/control-plane/src/routes/image/image-schema.ts';
import { createImageCloud, patchType, type ImageCloud } from './image-cloud.ts';

// What a real Glance (Zed) answers, recorded.

let cloud: ImageCloud;
beforeAll(async () => { cloud = await createImageCloud(); });
afterAll(() => cloud.close());

const octets = 'application/octet-stream';
const hello = Buffer.from('hello docker');
const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as string;
const nothing = { status: 204, text: '', headers: { 'content-type': 'text/html; charset=UTF-8' } };

describe('discovery, without a token', () => {
  const links = [{ rel: 'self', href: 'http://cloud.test/image/v2/' }];
  it.each([['/', 300], ['', 300], ['/versions', 200], ['/v1/images', 300]])('GET %s is %i', async (path, status) => {
    const answer = await cloud.ask(`GET ${path}`, { token: '' });
    expect(answer).toMatchObject({ status, headers: { 'content-type': 'application/json' } });
    expect((answer.body as { versions: object[] }).versions).toEqual(['v2.15', 'v2.9', 'v2.7', 'v2.6', 'v2.5', 'v2.4', 'v2.3', 'v2.2', 'v2.1', 'v2.0'].map((id, index) => ({ id, status: index === 0 ? 'CURRENT' : 'SUPPORTED', links })));
  });
});

describe('the life of an image', () => {
  let id: string;
  let owner: string;
  const view = (more: object) => ({
    name: 'rawimage', disk_format: 'raw', container_format: 'docker', visibility: 'shared', size: null, virtual_size: null, status: 'queued', checksum: null, protected: false,
    min_ram: 0, min_disk: 0, owner, os_hidden: false, os_hash_algo: null, os_hash_value: null, id, created_at: time, updated_at: time, tags: ['t'],
    self: `/v2/images/${id}`, file: `/v2/images/${id}/file`, schema: '/v2/schemas/image', ...more,
  });
  const uploaded = { size: 12, status: 'active', checksum: '5d06f5f8586a49c1f79bf5fcd36516c1', os_hash_algo: 'sha512', os_hash_value: createHash('sha512').update(hello).digest('hex') };
  const ask = (call: string, options: Parameters<ImageCloud['ask']>[1] = {}) => {
    const [method, rest] = call.split(' ') as [string, string];
    return cloud.ask(`${method} /v2/images/${id}${rest}`, options);
  };
  const patch = (operations: object[], type = patchType) => ask('PATCH ', { body: operations, type });

  it('is created, with any properties', async () => {
    const answer = await cloud.ask('POST /v2/images', { body: { name: 'rawimage', container_format: 'docker', disk_format: 'raw', my_property: 'v', tags: ['t', 't'] } });
    ({ id, owner } = answer.body as { id: string; owner: string });
    expect(answer).toMatchObject({ status: 201, headers: { 'content-type': 'application/json', location: `http://cloud.test/image/v2/images/${id}` } });
    expect(owner).toMatch(/^[0-9a-f]{32}$/);
    expect(answer.body).toEqual(view({ my_property: 'v' }));
    expect(answer.headers).not.toHaveProperty('openstack-image-import-methods');
  });
  it('has no file at first', async () => expect(await ask('GET /file')).toMatchObject({ status: 204, text: '' }));
  it('gets its file, once', async () => {
    expect(await ask('PUT /file', { body: hello, type: octets })).toMatchObject(nothing);
    expect(await ask('PUT /file', { body: hello, type: octets })).toMatchObject({ status: 409, body: { message: 'Image status transition from active to saving is not allowed<br /><br />\n\n\n' } });
    expect((await ask('GET ')).body).toEqual(view({ my_property: 'v', ...uploaded }));
  });
  it('is downloaded, in whole or in part', async () => {
    const md5 = '5d06f5f8586a49c1f79bf5fcd36516c1';
    expect(await ask('GET /file', { headers: { 'content-type': octets } })).toMatchObject({ status: 200, text: 'hello docker', headers: { 'content-type': octets, 'content-md5': md5, 'content-length': '12' } });
    expect(await ask('GET /file', { headers: { range: 'bytes=0-4' } })).toMatchObject({ status: 206, text: 'hello', headers: { 'content-range': 'bytes 0-4/12', 'content-md5': md5, 'content-length': '5' } });
    expect(await ask('GET /file', { headers: { range: 'bytes=-6' } })).toMatchObject({ status: 206, text: 'docker', headers: { 'content-range': 'bytes 6-11/12' } });
    expect(await ask('GET /file', { headers: { range: 'bytes=6-99' } })).toMatchObject({ status: 206, text: 'docker' });
    const beyond = await ask('GET /file', { headers: { range: 'bytes=100-200' } });
    expect(beyond).toMatchObject({ status: 416, body: { code: '416 Request Range Not Satisfiable', title: 'Request Range Not Satisfiable', message: 'The Range requested is not available.<br /><br />\nInvalid start position in Range header. Start position MUST be in the inclusive range [0, 11].\n\n' } });
    expect((await ask('GET /file', { headers: { range: 'bytes=0-1,3-4' } })).status).toBe(400);
  });
  it('is changed by JSON patches', async () => {
    const answer = await patch([{ op: 'replace', path: '/name', value: 'renamed' }, { op: 'add', path: '/os_distro', value: 'debian' }, { op: 'remove', path: '/my_property' }]);
    expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'application/json' } });
    expect(answer.body).toEqual(view({ os_distro: 'debian', name: 'renamed', ...uploaded }));
    expect((await patch([{ op: 'add', path: '/os_distro', value: 'alpine' }, { op: 'add', path: '/tags', value: ['web', 'web'] }, { op: 'add', path: '/a~1b', value: 'c' }])).body).toMatchObject({ os_distro: 'alpine', tags: ['web'], 'a/b': 'c' });
    expect((await patch([{ op: 'replace', path: '/container_format', value: 'bare' }])).status).toBe(403);
    expect((await patch([])).status).toBe(200);
  });
  it('is changed by the older kind of patches', async () => {
    const old = 'application/openstack-images-v2.0-json-patch';
    expect((await patch([{ replace: '/name', value: 'rawimage' }, { remove: '/a~1b' }, { add: '/colour', value: 'blau' }], old)).body).toMatchObject({ name: 'rawimage', colour: 'blau' });
    expect(await patch([{ add: '/colour', value: 'rot' }], old)).toMatchObject({ status: 409, body: { message: expect.stringContaining('Property colour already present.') as string } });
  });
  it('all of a patch happens or nothing', async () => {
    expect((await patch([{ op: 'replace', path: '/name', value: 'lost' }, { op: 'remove', path: '/nosuch' }])).status).toBe(409);
    expect(await cloud.show(id)).toMatchObject({ name: 'rawimage' });
  });
  it('is tagged', async () => {
    expect(await ask('PUT /tags/new%20one')).toMatchObject(nothing);
    expect(await ask('PUT /tags/new%20one')).toMatchObject(nothing);
    expect(await cloud.show(id)).toMatchObject({ tags: ['web', 'new one'] });
    expect(await ask('DELETE /tags/new%20one')).toMatchObject(nothing);
    expect(await cloud.show(id)).toMatchObject({ tags: ['web'] });
  });
  it('is deactivated, so that only administrators download it, and reactivated', async () => {
    const own = await cloud.addImage({}, hello, cloud.demo);
    expect(await cloud.ask(`POST /v2/images/${own}/actions/deactivate`, { token: cloud.demo })).toMatchObject(nothing);
    expect(await cloud.show(own)).toMatchObject({ status: 'deactivated' });
    expect((await cloud.ask(`GET /v2/images/${own}/file`, { token: cloud.demo })).status).toBe(403);
    expect((await cloud.ask(`GET /v2/images/${own}/file`)).status).toBe(200);
    expect(await cloud.ask(`POST /v2/images/${own}/actions/reactivate`, { token: cloud.demo })).toMatchObject(nothing);
    expect((await cloud.ask(`GET /v2/images/${own}/file`, { token: cloud.demo })).text).toBe('hello docker');
  });
  it('has no members', async () => {
    expect((await ask('GET /members')).body).toEqual({ members: [], schema: '/v2/schemas/members' });
    expect((await ask('POST /members', { body: { member: 'x' } })).body).toMatchObject({ code: '403 Forbidden', message: `Not allowed to create members for image ${id}.<br /><br />\n\n\n` });
    expect((await ask('GET /members/x')).status).toBe(404);
  });
  it('stays while it is protected, and goes with its bytes and its id when it is not', async () => {
    await patch([{ op: 'replace', path: '/protected', value: true }]);
    expect((await ask('DELETE ')).status).toBe(403);
    await patch([{ op: 'replace', path: '/protected', value: false }]);
    const before = (await cloud.blobs()).length;
    expect(await ask('DELETE ', { headers: { 'content-type': octets } })).toMatchObject(nothing);
    expect((await cloud.blobs()).length).toBe(before - 1);
    expect(await ask('DELETE ')).toMatchObject({ status: 404, body: { message: `Failed to find image ${id} to delete<br /><br />\n\n\n` } });
    expect((await ask('GET ')).status).toBe(404);
  });
  it('left its traces in the events', async () => {
    const traces = async () => (await readEvents(cloud.store, { afterId: 0n, subjectId: id })).map(({ kind, projectId }) => ({ kind, projectId }));
    // Other databases of the same server hold events back for a moment.
    await expect.poll(traces).toEqual(['image.created', 'image.uploaded', 'image.deleted'].map((kind) => ({ kind, projectId: owner })));
  });
});

describe('an image takes', () => {
  it('an id, a name that is not ASCII and properties with dots in their names', async () => {
    const image = { id: '11111111-2222-3333-4444-555555555555', name: 'häuschen 🐳', 'owner_specified.openstack.md5': '', 'owner_specified.openstack.object': 'images/häuschen', visibility: 'public', __proto__2: 'x' };
    expect(await cloud.ask('POST /v2/images', { body: image })).toMatchObject({ status: 201, body: image });
    expect((await cloud.ask(`GET /v2/images?name=${encodeURIComponent(image.name)}`)).body).toMatchObject({ images: [{ id: image.id }] });
  });
  it('no name at all, and null for what it lacks', async () => {
    expect(await cloud.ask('POST /v2/images', { body: { name: null, kernel_id: null } })).toMatchObject({ status: 201, body: { name: null, kernel_id: null, container_format: null } });
  });
  it('properties with the names of things in JavaScript', async () => {
    const body = '{"__proto__":"a","constructor":"b","toString":"c"}';
    const answer = await cloud.ask('POST /v2/images', { body });
    expect(answer.status).toBe(201);
    expect(Object.entries(answer.body as object)).toEqual(expect.arrayContaining([['constructor', 'b'], ['toString', 'c']]));
  });
  it('no file before its formats are known', async () => {
    const { id } = (await cloud.ask('POST /v2/images', { body: { name: 'x' } })).body as { id: string };
    expect(await cloud.ask(`PUT /v2/images/${id}/file`, { body: hello, type: octets })).toMatchObject({ status: 400, body: { message: 'Properties disk_format, container_format must be set prior to saving data.<br /><br />\n\n\n' } });
  });
});

describe('schemas', () => {
  it.each(Object.entries(schemas))('%s', async (name, schema) => expect((await cloud.ask(`GET /v2/schemas/${name}`)).body).toEqual(schema));
  it('imports there are none', async () => expect((await cloud.ask('GET /v2/info/import')).body).toEqual({ 'import-methods': { description: 'Import methods available.', type: 'array', value: [] } }));
});
