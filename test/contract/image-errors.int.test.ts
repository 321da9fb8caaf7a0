import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createImageCloud, patchType, type ImageCloud } from './image-cloud.ts';

// The words of a real Glance (Zed), recorded.

let cloud: ImageCloud;
beforeAll(async () => { cloud = await createImageCloud(); });
afterAll(() => cloud.close());

const missing = '00000000-0000-0000-0000-000000000001';
const titles: Record<number, string> = { 400: 'Bad Request', 401: 'Unauthorized', 403: 'Forbidden', 404: 'Not Found', 405: 'Method Not Allowed', 409: 'Conflict', 415: 'Unsupported Media Type' };
const failure = (status: number, message: string) => ({ message, code: `${status} ${titles[status]}`, title: titles[status] });
const says = (status: number, explanation: string) => failure(status, `${explanation}<br /><br />\n\n\n`);
const notAuthorized = says(401, 'This server could not verify that you are authorized to access the document you requested. Either you supplied the wrong credentials (e.g., bad password), or your browser does not understand how to supply the credentials required.');
const uuidPattern = '^([0-9a-fA-F]){8}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){12}$';

describe('requests that fail whatever there is', () => {
  const cases: [string, string, object, object][] = [
    ['no token', 'GET /v2/images', { token: '' }, notAuthorized],
    ['no token, for what is no path either', 'GET /v2', { token: '' }, notAuthorized],
    ['a bad token', 'GET /v2/images', { token: 'nonsense' }, notAuthorized],
    ['an unknown path', 'GET /v2/nosuch', {}, says(404, 'The resource could not be found.')],
    ['the root of the version', 'GET /v2/', {}, says(404, 'The resource could not be found.')],
    ['a limit that is no number', 'GET /v2/images?limit=x', {}, says(400, 'limit param must be an integer')],
    ['a negative limit', 'GET /v2/images?limit=-1', {}, says(400, 'limit param must be positive')],
    ['an unknown marker', `GET /v2/images?marker=${missing}`, {}, says(400, `No image found with ID ${missing}`)],
    ['an unknown sort key', 'GET /v2/images?sort_key=nosuch', {}, says(400, 'Invalid sort key: nosuch. It must be one of the following: name, status, container_format, disk_format, size, id, created_at, updated_at.')],
    ['an unknown direction', 'GET /v2/images?sort=name:up', {}, says(400, 'Invalid sort direction: up')],
    ['both ways to sort', 'GET /v2/images?sort=name&sort_dir=asc', {}, says(400, 'Old and new sorting syntax cannot be combined')],
    ['more directions than keys', 'GET /v2/images?sort_key=name&sort_dir=asc&sort_dir=desc', {}, says(400, 'Number of sort dirs does not match the number of sort keys')],
    ['an unknown visibility', 'GET /v2/images?visibility=x', {}, says(400, 'Invalid visibility value: x')],
    ['an unknown member status', 'GET /v2/images?member_status=x', {}, says(400, 'Invalid status: x')],
    ['a filter that is no truth', 'GET /v2/images?protected=maybe', {}, says(400, "Invalid value 'maybe' for 'protected' filter. Valid values are 'true' or 'false'.")],
    ['a size that is no number', 'GET /v2/images?size_min=big', {}, says(400, 'Unable to filter on a range with a non-numeric value.')],
    ['an operator that names do not have', 'GET /v2/images?name=neq:x', {}, says(400, "Unable to filter by unknown operator 'neq'.")],
    ['a time that is none', 'GET /v2/images?created_at=gt:yesterday', {}, says(400, 'Bad "created_at" query filter format. Use ISO 8601 DateTime notation.')],
    ['an image that is not there', `GET /v2/images/${missing}`, {}, says(404, `No image found with ID ${missing}`)],
    ['an id that is no UUID', 'GET /v2/images/hipache', {}, says(404, 'No image found with ID hipache')],
    ['deleting what is not there', `DELETE /v2/images/${missing}`, {}, says(404, `Failed to find image ${missing} to delete`)],
    ['a tag on what is not there', `PUT /v2/images/${missing}/tags/x`, {}, says(404, `Image ${missing} not found.`)],
    ['another method', 'PUT /v2/images', {}, failure(405, 'The method PUT is not allowed for this resource. <br /><br />\n')],
    ['no JSON', 'POST /v2/images', { body: '{oops' }, says(400, 'Malformed JSON in request body.')],
    ['no body', 'POST /v2/images', {}, says(400, 'Body expected in request.')],
    ['a container format that there is not', 'POST /v2/images', { body: { name: 'x', container_format: 'nosuch', disk_format: 'raw' } }, says(400, "Provided object does not match schema 'image': 'nosuch' is not one of [None, 'ami', 'ari', 'aki', 'bare', 'ovf', 'ova', 'docker']\n\nFailed validating 'enum' in schema['properties']['container_format']:\n    {'description': 'Format of the container',\n     'enum': [None, 'ami', 'ari', 'aki', 'bare', 'ovf', 'ova', 'docker'],\n     'type': ['null', 'string']}\n\nOn instance['container_format']:\n    'nosuch'")],
    ['an id to be that is no UUID', 'POST /v2/images', { body: { id: 'notauuid', name: 'x' } }, says(400, `Provided object does not match schema 'image': 'notauuid' does not match '${uuidPattern}'\n\nFailed validating 'pattern' in schema['properties']['id']:\n    {'description': 'An identifier for the image',\n     'pattern': '${uuidPattern}',\n     'type': 'string'}\n\nOn instance['id']:\n    'notauuid'`)],
    ['a property that is no text', 'POST /v2/images', { body: { colour: 5 } }, says(400, "Provided object does not match schema 'image': 5 is not of type 'string'\n\nFailed validating 'type' in schema['additionalProperties']:\n    {'type': 'string'}\n\nOn instance['colour']:\n    5")],
    ['a tag that is no text', 'POST /v2/images', { body: { tags: ['ok', 7] } }, says(400, "Provided object does not match schema 'image': 7 is not of type 'string'\n\nFailed validating 'type' in schema['properties']['tags']['items']:\n    {'maxLength': 255, 'type': 'string'}\n\nOn instance['tags'][1]:\n    7")],
    ['less than no disk', 'POST /v2/images', { body: { min_disk: -1 } }, says(400, "Invalid value '-1' for parameter 'min_disk': Cannot be a negative value")],
    ['a read-only attribute', 'POST /v2/images', { body: { name: 'x', status: 'active' } }, says(403, "Attribute 'status' is read-only.")],
    ['a reserved attribute', 'POST /v2/images', { body: { name: 'x', deleted: 'true' } }, says(403, "Attribute 'deleted' is reserved.")],
  ];
  it.each(cases)('%s', async (_name, call, options, body) => expect((await cloud.ask(call, options)).body).toEqual(body));

  it('tells which methods there are', async () => {
    expect(await cloud.ask('PUT /v2/images')).toMatchObject({ status: 405, headers: { allow: 'GET, POST' } });
  });
  it('says where to sign in', async () => {
    expect(await cloud.ask('GET /v2/images', { token: '' })).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Keystone uri="http://cloud.test/identity"' } });
  });
  it('collections with a slash at the end are nothing', async () => {
    expect((await cloud.ask('GET /v2/images/')).status).toBe(404);
    expect((await cloud.ask('DELETE /v2/images/')).status).toBe(404);
  });
  it('refuses what no database takes', async () => {
    for (const call of ['GET /v2/images?name=a%00b', 'GET /v2/images?a%00b=c']) expect((await cloud.ask(call)).status).toBe(400);
    expect((await cloud.ask('POST /v2/images', { body: { name: 'a\0b' } })).status).toBe(400);
    expect((await cloud.ask('POST /v2/images', { body: { min_disk: 2 ** 40 } })).status).toBe(400);
  });
});

describe('requests that fail on an image that is there', () => {
  let id: string;
  beforeAll(async () => { id = await cloud.addImage({ name: 'mine', my_property: 'v' }); });

  const patched = (operation: object) => ({ body: [operation], type: patchType });
  it.each([
    ['its file is no octet stream', 'PUT /file', { body: 'abc', type: 'application/json' }, failure(415, 'The request media type application/json is not supported by this server.\n<br /><br />\n')],
    ['a patch of another type', 'PATCH ', { body: [] }, failure(415, 'The request media type application/json is not supported by this server.\n<br /><br />\n')],
    ['a patch that is no list', 'PATCH ', { body: {}, type: patchType }, says(400, 'Request body must be a JSON array of operation objects.')],
    ['an operation that there is not', 'PATCH ', patched({ op: 'move', path: '/name', value: 'x' }), says(400, 'Invalid operation: `move`. It must be one of the following: add, remove, replace.')],
    ['a pointer without a slash', 'PATCH ', patched({ op: 'replace', path: 'name', value: 'x' }), says(400, 'Pointer `name` does not start with "/".')],
    ['a pointer into something', 'PATCH ', patched({ op: 'replace', path: '/tags/0', value: 'x' }), says(400, "Invalid JSON pointer for this resource: '/tags/0'")],
    ['no value', 'PATCH ', patched({ op: 'replace', path: '/name' }), says(400, 'Operation "replace" requires a member named "value".')],
    ['a property that is not there', 'PATCH ', patched({ op: 'remove', path: '/nosuch' }), failure(409, 'There was a conflict when trying to complete your request.<br /><br />\nProperty nosuch does not exist.\n\n')],
    ['an attribute that always is', 'PATCH ', patched({ op: 'remove', path: '/name' }), failure(403, 'Access was denied to this resource.<br /><br />\nProperty name may not be removed.\n\n')],
    ['a read-only attribute', 'PATCH ', patched({ op: 'replace', path: '/checksum', value: 'x' }), says(403, "Attribute 'checksum' is read-only.")],
    ['its id', 'PATCH ', patched({ op: 'replace', path: '/id', value: missing }), says(403, "Attribute 'id' is read-only.")],
    ['a tag that it does not have', 'DELETE /tags/nosuch', {}, says(404, 'The resource could not be found.')],
    ['reactivating what was never active', 'POST /actions/reactivate', {}, says(403, "Not allowed to reactivate image in status 'queued'")],
  ] as [string, string, object, object][])('%s', async (_name, call, options, body) => {
    const [method, rest] = call.split(' ') as [string, string];
    expect((await cloud.ask(`${method} /v2/images/${id}${rest}`, options)).body).toEqual(body);
  });

  it('names the types of patches that there are', async () => {
    expect((await cloud.ask(`PATCH /v2/images/${id}`, { body: [] })).headers['accept-patch']).toBe('application/openstack-images-v2.0-json-patch, application/openstack-images-v2.1-json-patch');
  });
  it('another project does not see it, whatever it asks', async () => {
    const answers = await Promise.all(['GET ', 'GET /file', 'DELETE ', 'PUT /tags/x', 'POST /actions/deactivate', 'GET /members'].map((call) => cloud.ask(call.replace(' ', ` /v2/images/${id}`), { token: cloud.demo })));
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404, 404]);
    expect((await cloud.ask(`GET /v2/images/${id}`, { token: cloud.demo })).body).toEqual(says(404, `No image found with ID ${id}`));
  });
  it('only administrators publish, in whatever way', async () => {
    const refusal = says(403, 'You are not authorized to complete publicize_image action.');
    expect((await cloud.ask('POST /v2/images', { token: cloud.demo, body: { name: 'x', visibility: 'public' } })).body).toEqual(refusal);
    const own = await cloud.addImage({}, undefined, cloud.demo);
    expect((await cloud.ask(`PATCH /v2/images/${own}`, { token: cloud.demo, ...patched({ op: 'replace', path: '/visibility', value: 'public' }) })).body).toEqual(refusal);
    expect((await cloud.ask(`PATCH /v2/images/${own}`, { token: cloud.demo, ...patched({ op: 'replace', path: '/owner', value: 'x' }) })).body).toEqual(failure(403, "Access was denied to this resource.<br /><br />\nOwner can't be updated by non admin.\n\n"));
    expect((await cloud.ask('POST /v2/images', { token: cloud.demo, body: { owner: 'x' } })).body).toEqual(says(403, "You are not permitted to create images owned by 'x'"));
  });
  it('others see what is public and cannot change it', async () => {
    const open = await cloud.addImage({ visibility: 'public' });
    expect((await cloud.ask(`GET /v2/images/${open}`, { token: cloud.demo })).status).toBe(200);
    expect((await cloud.ask(`PATCH /v2/images/${open}`, { token: cloud.demo, ...patched({ op: 'replace', path: '/name', value: 'x' }) })).body).toEqual(says(403, 'You do not own this image'));
    expect((await cloud.ask(`PUT /v2/images/${open}/tags/x`, { token: cloud.demo })).body).toEqual(says(403, `Not allowed to update tags for image ${open}.`));
    expect((await cloud.ask(`PUT /v2/images/${open}/file`, { token: cloud.demo, body: Buffer.from('x'), type: 'application/octet-stream' })).body).toEqual(says(403, `Not allowed to upload image data for image ${open}`));
    expect((await cloud.ask(`DELETE /v2/images/${open}`, { token: cloud.demo })).status).toBe(403);
  });
  it('an id that is taken is a conflict, also after its image was deleted', async () => {
    const taken = says(409, `Image ID ${id} already exists!`);
    expect((await cloud.ask('POST /v2/images', { body: { id, name: 'x' } })).body).toEqual(taken);
    const gone = await cloud.addImage();
    await cloud.ask(`DELETE /v2/images/${gone}`);
    expect((await cloud.ask('POST /v2/images', { body: { id: gone } })).status).toBe(409);
  });
  it('what is protected stays', async () => {
    const kept = await cloud.addImage({ protected: true });
    expect((await cloud.ask(`DELETE /v2/images/${kept}`)).body).toEqual(says(403, `Image ${kept} is protected and cannot be deleted.`));
  });
  it('too many properties and tags are refused', async () => {
    const properties = Object.fromEntries(Array.from({ length: 129 }, (_, index) => [`p${index}`, 'x']));
    expect(await cloud.ask('POST /v2/images', { body: properties })).toMatchObject({ status: 413, body: { message: expect.stringContaining('Attempted: 129, Maximum: 128') as string } });
    expect((await cloud.ask('POST /v2/images', { body: { tags: Object.keys(properties) } })).status).toBe(413);
  });
});

describe('errors come', () => {
  const html = `<html>\n <head>\n  <title>404 Not Found</title>\n </head>\n <body>\n  <h1>404 Not Found</h1>\n  No image found with ID &lt;b&gt;&amp;<br /><br />\n\n\n\n </body>\n</html>`;
  it.each([['*/*'], [''], ['text/html, application/json']])('in HTML to who accepts "%s"', async (accept) => {
    const answer = await cloud.ask('GET /v2/images/%3Cb%3E%26', { headers: { accept } });
    expect(answer).toMatchObject({ status: 404, text: html, headers: { 'content-type': 'text/html; charset=UTF-8' } });
  });
  it('in JSON to who accepts that', async () => {
    expect(await cloud.ask('GET /v2/images/%3Cb%3E%26')).toMatchObject({ headers: { 'content-type': 'application/json' }, body: says(404, 'No image found with ID <b>&') });
  });
  it('with the id of the request', async () => {
    expect((await cloud.ask('GET /v2/nosuch')).headers['x-openstack-request-id']).toMatch(/^req-[0-9a-f-]{36}$/);
  });
});
