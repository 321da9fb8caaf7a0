import { afterAll, beforeAll, expect, test } from 'vitest';
import { createIdentityCloud, password, type Call, type IdentityCloud } from './identity-cloud.ts';

let cloud: IdentityCloud;
let demo: Awaited<ReturnType<IdentityCloud['addUser']>>;
beforeAll(async () => {
  cloud = await createIdentityCloud();
  demo = await cloud.addUser('demo');
});
afterAll(() => cloud.close());

const anyText = expect.any(String) as string;
const base = 'http://cloud.test/identity/v3';
const asAdmin = (call: string, options: Call = {}) => cloud.ask(call.replace(' ', ' /identity/v3'), { token: cloud.admin, ...options });
const asDemo = (call: string, options: Call = {}) => cloud.ask(call.replace(' ', ' /identity/v3'), { token: demo.token, ...options });
const error = (code: number, title: string, message: string) => ({ status: code, body: { error: { code, message, title } } });
const links = (path: string) => ({ next: null, self: `${base}${path}`, previous: null });

async function idOf(collection: 'projects' | 'users' | 'roles', name: string): Promise<string> {
  const { [collection]: found } = (await asAdmin(`GET /${collection}?name=${name}`)).body as Record<string, { id: string }[]>;
  return found?.[0]?.id ?? `no ${name}`;
}

test('a project is made, found by name, changed and deleted', async () => {
  const created = await asAdmin('POST /projects', { body: { project: { name: 'web', description: 'shop', enabled: true, options: {}, tags: [], domain_id: 'default' } } });
  const { id } = (created.body as { project: { id: string } }).project;
  const project = { id, name: 'web', domain_id: 'default', description: 'shop', enabled: true, parent_id: 'default', is_domain: false, tags: [], options: {}, links: { self: `${base}/projects/${id}` } };
  expect(created).toMatchObject({ status: 201, body: { project } });
  expect(id).toMatch(/^[0-9a-f]{32}$/);
  expect((await asAdmin('GET /projects?name=web')).body).toEqual({ projects: [project], links: links('/projects?name=web') });
  expect((await asAdmin('GET /projects?name=nosuch')).body).toEqual({ projects: [], links: links('/projects?name=nosuch') });
  expect(await asAdmin('GET /projects/web')).toMatchObject(error(404, 'Not Found', 'Could not find project: web.'));
  expect(await asAdmin(`PATCH /projects/${id}`, { body: { project: { enabled: false, description: null } } })).toMatchObject({ status: 200, body: { project: { name: 'web', enabled: false, description: '' } } });
  expect((await asAdmin('GET /projects?enabled=False')).body).toMatchObject({ projects: [{ id }] });
  expect(await asAdmin('POST /projects', { body: { project: { name: 'web' } } })).toMatchObject(error(409, 'Conflict', 'Conflict occurred attempting to store project - Duplicate entry found with name web.'));
  expect(await asAdmin(`PATCH /projects/${id}`, { body: { project: { name: 'admin' } } })).toMatchObject({ status: 409 });
  expect(await asAdmin(`DELETE /projects/${id}`)).toMatchObject({ status: 204, text: '' });
  expect(await asAdmin(`GET /projects/${id}`)).toMatchObject({ status: 404 });
  expect(await asAdmin(`DELETE /projects/${id}`)).toMatchObject({ status: 404 });
});

test.for<[string, unknown]>([
  ['no name', { project: {} }],
  ['an empty name', { project: { name: '' } }],
  ['a domain', { project: { name: 'x', is_domain: true } }],
  ['tags', { project: { name: 'x', tags: ['a'] } }],
  ['an unknown attribute', { project: { name: 'x', colour: 'red' } }],
  ['nothing', {}],
])('a project with %s is refused', async ([, body]) => {
  expect(await asAdmin('POST /projects', { body })).toMatchObject({ status: 400, body: { error: { code: 400, title: 'Bad Request' } } });
});

test('a user is made, found by name, changed and deleted', async () => {
  const created = await asAdmin('POST /users', { body: { user: { name: 'eve', password: 'one', email: 'eve@example.org', options: {}, default_project_id: demo.projectId } } });
  const { id } = (created.body as { user: { id: string } }).user;
  const user = { id, name: 'eve', domain_id: 'default', enabled: true, password_expires_at: null, options: {}, default_project_id: demo.projectId, email: 'eve@example.org', links: { self: `${base}/users/${id}` } };
  expect(created.status).toBe(201);
  expect(created.body).toEqual({ user });
  expect((await asAdmin('GET /users?name=eve')).body).toEqual({ users: [user], links: links('/users?name=eve') });
  expect(await asAdmin('GET /users/eve')).toMatchObject(error(404, 'Not Found', 'Could not find user: eve.'));
  expect(await asAdmin(`PATCH /users/${id}`, { body: { user: { name: 'eva', email: null } } })).toMatchObject({ status: 200, body: { user: { name: 'eva' } } });
  expect(await asAdmin('POST /users', { body: { user: { name: 'eva' } } })).toMatchObject({ status: 409 });
  expect(await asAdmin(`DELETE /users/${id}`)).toMatchObject({ status: 204 });
  expect(await asAdmin(`GET /users/${id}`)).toMatchObject({ status: 404 });
  expect(await cloud.signIn({ name: 'eva', password: 'one' })).toMatchObject({ status: 401 });
});

test('users change their own password, knowing the old one', async () => {
  const eve = await cloud.addUser('changer');
  const change = (original: string, next: string, token = eve.token) =>
    cloud.ask(`POST /identity/v3/users/${eve.userId}/password`, { token, body: { user: { original_password: original, password: next } } });
  expect(await change('wrong', 'two')).toMatchObject({ status: 401 });
  expect(await change(password, 'two', demo.token)).toMatchObject({ status: 403 });
  expect(await change(password, 'two')).toMatchObject({ status: 204 });
  expect(await cloud.signIn({ name: 'changer' })).toMatchObject({ status: 401 });
  expect(await cloud.signIn({ name: 'changer', password: 'two' })).toMatchObject({ status: 201 });
});

test('a user without a password cannot sign in', async () => {
  await asAdmin('POST /users', { body: { user: { name: 'mute' } } });
  for (const attempt of ['', 'null', 'undefined']) expect(await cloud.signIn({ name: 'mute', password: attempt }, 'unscoped')).toMatchObject({ status: 401 });
});

test('roles are made and deleted; those that the cloud stands on stay as they are', async () => {
  const created = await asAdmin('POST /roles', { body: { role: { name: 'auditor', description: 'looks' } } });
  const { id } = (created.body as { role: { id: string } }).role;
  expect(created).toMatchObject({ status: 201, body: { role: { id, name: 'auditor', domain_id: null, description: 'looks', options: {}, links: { self: `${base}/roles/${id}` } } } });
  expect(await asAdmin('POST /roles', { body: { role: { name: 'member' } } })).toMatchObject({ status: 409 });
  expect(await asAdmin(`PATCH /roles/${id}`, { body: { role: { name: 'viewer' } } })).toMatchObject({ status: 200, body: { role: { name: 'viewer', description: 'looks' } } });
  expect(await asAdmin('GET /roles/viewer')).toMatchObject(error(404, 'Not Found', 'Could not find role: viewer.'));
  expect(await asAdmin(`DELETE /roles/${id}`)).toMatchObject({ status: 204 });
  const admin = await idOf('roles', 'admin');
  expect(await asAdmin(`DELETE /roles/${admin}`)).toMatchObject({ status: 403 });
  expect(await asAdmin(`PATCH /roles/${admin}`, { body: { role: { name: 'root' } } })).toMatchObject({ status: 403 });
});

test('roles are granted on projects and on the system, checked, listed and taken back', async () => {
  const [member, reader] = [await idOf('roles', 'member'), await idOf('roles', 'reader')];
  for (const place of [`/projects/${demo.projectId}`, '/system']) {
    const path = `${place}/users/${demo.userId}/roles`;
    expect(await asAdmin(`GET ${path}/${reader}`)).toMatchObject({ status: 404 });
    // As Tempest sends it: of a type, and empty.
    expect(await asAdmin(`PUT ${path}/${reader}`, { headers: { 'content-type': 'application/json' } })).toMatchObject({ status: 204, text: '' });
    expect(await asAdmin(`PUT ${path}/${reader}`)).toMatchObject({ status: 204 });
    expect(await asAdmin(`GET ${path}/${reader}`)).toMatchObject({ status: 204 });
    expect(await asAdmin(`HEAD ${path}/${reader}`)).toMatchObject({ status: 204 });
    expect((await asAdmin(`GET ${path}`)).body).toMatchObject({ roles: place === '/system' ? [{ name: 'reader' }] : [{ name: 'member' }, { name: 'reader' }] });
    expect(await asAdmin(`DELETE ${path}/${reader}`)).toMatchObject({ status: 204 });
    expect(await asAdmin(`DELETE ${path}/${reader}`)).toMatchObject({ status: 404 });
    expect(await asAdmin(`PUT ${place}/users/nobody/roles/${reader}`)).toMatchObject(error(404, 'Not Found', 'Could not find user: nobody.'));
    expect(await asAdmin(`PUT ${path}/nosuch`)).toMatchObject(error(404, 'Not Found', 'Could not find role: nosuch.'));
  }
  expect(await asAdmin(`PUT /projects/nosuch/users/${demo.userId}/roles/${member}`)).toMatchObject(error(404, 'Not Found', 'Could not find project: nosuch.'));
});

test('role assignments come with names when asked for', async () => {
  const [admin, adminProject, role] = [await idOf('users', 'admin'), await idOf('projects', 'admin'), await idOf('roles', 'admin')];
  const domain = { id: 'default', name: 'Default' };
  const { role_assignments: named } = (await asAdmin(`GET /role_assignments?include_names=True&user.id=${admin}&role.id=${role}`)).body as { role_assignments: object[] };
  expect(named).toEqual([
    {
      links: { assignment: `${base}/projects/${adminProject}/users/${admin}/roles/${role}` },
      scope: { project: { id: adminProject, name: 'admin', domain } }, user: { id: admin, name: 'admin', domain }, role: { id: role, name: 'admin' },
    },
    { links: { assignment: `${base}/system/users/${admin}/roles/${role}` }, scope: { system: { all: true } }, user: { id: admin, name: 'admin', domain }, role: { id: role, name: 'admin' } },
  ]);
  const { role_assignments: bare } = (await asAdmin(`GET /role_assignments?scope.project.id=${demo.projectId}`)).body as { role_assignments: object[] };
  expect(bare).toMatchObject([{ scope: { project: { id: demo.projectId } }, user: { id: demo.userId }, role: { id: anyText } }]);
  expect(JSON.stringify(bare)).not.toContain('name');
  expect((await asAdmin('GET /role_assignments?scope.system=all')).body).toMatchObject({ role_assignments: [{ user: { id: admin } }] });
  expect((await asAdmin('GET /role_assignments?group.id=x')).body).toMatchObject({ role_assignments: [] });
});

test('domains, regions, services and endpoints', async () => {
  expect((await asAdmin('GET /domains?name=Default')).body).toEqual({
    domains: [{ id: 'default', name: 'Default', description: 'The default domain', enabled: true, tags: [], options: {}, links: { self: `${base}/domains/default` } }], links: links('/domains?name=Default'),
  });
  expect(await asAdmin('GET /domains/Default')).toMatchObject(error(404, 'Not Found', 'Could not find domain: Default.'));
  expect((await asDemo('GET /regions')).body).toEqual({
    regions: [{ id: 'RegionOne', description: '', parent_region_id: null, links: { self: `${base}/regions/RegionOne` } }], links: links('/regions'),
  });
  const { services } = (await asAdmin('GET /services')).body as { services: { id: string; type: string; name: string }[] };
  expect(services.map(({ type, name }) => [type, name])).toEqual([['identity', 'keystone'], ['compute', 'nova'], ['image', 'glance'], ['network', 'neutron']]);
  expect((await asAdmin(`GET /services/${services[1]?.id}`)).body).toMatchObject({ service: { type: 'compute', enabled: true } });
  const { endpoints } = (await asAdmin('GET /endpoints?interface=public')).body as { endpoints: { service_id: string; url: string }[] };
  expect(endpoints.map(({ url, service_id: id }) => [id, url])).toEqual([
    [services[0]?.id, 'http://cloud.test/identity'], [services[1]?.id, 'http://cloud.test/compute/v2.1'], [services[2]?.id, 'http://cloud.test/image'], [services[3]?.id, 'http://cloud.test/network'],
  ]);
});

test('without a token everything is refused', async () => {
  for (const path of ['/projects', '/users', '/services', '/auth/catalog', '/regions']) expect(await asAdmin(`GET ${path}`, { token: undefined })).toMatchObject({ status: 401 });
});

test('a member sees what is their own', async () => {
  for (const [call, policy] of [
    ['GET /users', 'list_users'], ['GET /projects', 'list_projects'], ['POST /users', 'create_user'], ['GET /roles', 'list_roles'], ['GET /role_assignments', 'list_role_assignments'],
    ['GET /services', 'list_services'], ['GET /domains', 'list_domains'], [`DELETE /users/${demo.userId}`, 'delete_user'], ['GET /projects/other', 'get_project'], ['GET /users/other', 'get_user'],
  ]) {
    expect(await asDemo(call ?? ''), call).toMatchObject(error(403, 'Forbidden', `You are not authorized to perform the requested action: identity:${policy}.`));
  }
  expect(await asDemo(`GET /users/${demo.userId}`)).toMatchObject({ status: 200, body: { user: { name: 'demo' } } });
  expect(await asDemo(`GET /users/${demo.userId}/projects`)).toMatchObject({ status: 200, body: { projects: [{ id: demo.projectId }] } });
  expect(await asDemo(`GET /projects/${demo.projectId}`)).toMatchObject({ status: 200, body: { project: { name: 'demo' } } });
});
