import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createComputeCloud, naiveTime, type ComputeCloud } from './compute-cloud.ts';

let nova: ComputeCloud;
beforeAll(async () => {
  nova = await createComputeCloud();
});
afterAll(() => nova.close());

const root = 'http://cloud.test/compute';
const get = async (url: string, headers: Record<string, string> = {}) => {
  const reply = await nova.app.inject({ url, headers });
  return { status: reply.statusCode, body: reply.json() as Record<string, unknown>, headers: reply.headers };
};

const version21 = {
  id: 'v2.1', status: 'CURRENT', version: '2.87', min_version: '2.1', updated: '2013-07-23T11:33:21Z',
  links: [{ rel: 'self', href: `${root}/v2.1/` }, { rel: 'describedby', type: 'text/html', href: 'http://docs.openstack.org/' }],
  'media-types': [{ base: 'application/json', type: 'application/vnd.openstack.compute+json;version=2.1' }],
};

describe('discovery, without a token', () => {
  test.each(['/compute', '/compute/'])('%s lists the versions', async (url) => {
    expect(await get(url)).toMatchObject({
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: {
        versions: [
          { id: 'v2.0', status: 'SUPPORTED', version: '', min_version: '', updated: '2011-01-21T11:33:21Z', links: [{ rel: 'self', href: `${root}/v2/` }] },
          { id: 'v2.1', status: 'CURRENT', version: '2.87', min_version: '2.1', updated: '2013-07-23T11:33:21Z', links: [{ rel: 'self', href: `${root}/v2.1/` }] },
        ],
      },
    });
  });

  test.each(['/compute/v2.1', '/compute/v2.1/'])('%s is the version', async (url) => {
    const reply = await get(url);
    expect(reply).toMatchObject({ status: 200, body: { version: version21 }, headers: { 'openstack-api-version': 'compute 2.1', 'x-openstack-nova-api-version': '2.1' } });
    expect(reply.headers['vary']).toEqual(['OpenStack-API-Version', 'X-OpenStack-Nova-API-Version']);
  });

  test('the legacy version has its document, and self links to it', async () => {
    const reply = await get('/compute/v2/');
    expect(reply.body).toMatchObject({ version: { id: 'v2.0', status: 'SUPPORTED', version: '', links: [{ rel: 'self', href: `${root}/v2/` }, {}], 'media-types': [{ type: 'application/vnd.openstack.compute+json;version=2' }] } });
    expect(reply.headers).not.toHaveProperty('openstack-api-version');
  });

  test('an unknown version: 300 with those that there are', async () => {
    const { status, body } = await get('/compute/v3/servers', { 'x-auth-token': nova.tokens.admin });
    expect([status, body]).toEqual([
      300,
      {
        choices: [
          { id: 'v2.0', status: 'SUPPORTED', links: [{ rel: 'self', href: `${root}/v2/v3/servers` }], 'media-types': [{ base: 'application/json', type: 'application/vnd.openstack.compute+json;version=2' }] },
          { id: 'v2.1', status: 'CURRENT', links: [{ rel: 'self', href: `${root}/v2.1/v3/servers` }], 'media-types': [{ base: 'application/json', type: 'application/vnd.openstack.compute+json;version=2.1' }] },
        ],
      },
    ]);
  });
});

describe('who asks', () => {
  test.each([['no token', ''], ['a bad token', 'nonsense']])('%s: 401 of the middleware', async (_what, token) => {
    const reply = await nova.ask('GET /servers', { token });
    expect(reply).toMatchObject({
      status: 401,
      body: { error: { code: 401, title: 'Unauthorized', message: 'The request you have made requires authentication.' } },
      headers: { 'www-authenticate': 'Keystone uri="http://cloud.test/identity"', 'content-type': 'application/json' },
    });
    expect(reply.headers).not.toHaveProperty('openstack-api-version');
  });

  test.each([
    ['GET /os-services', 'os-services:list'],
    ['GET /os-hypervisors/detail', 'os-hypervisors:list-detail'],
    ['GET /os-availability-zone/detail', 'os-availability-zone:detail'],
    ['GET /os-aggregates', 'os-aggregates:index'],
    ['DELETE /flavors/1', 'os-flavor-manage:delete'],
  ])('%s is for administrators', async (call, policy) => {
    expect(await nova.ask(call, { token: nova.tokens.demo, version: 9 })).toMatchObject({
      status: 403,
      body: { forbidden: { code: 403, message: `Policy doesn't allow os_compute_api:${policy} to be performed.` } },
      headers: { 'openstack-api-version': 'compute 2.9', 'content-type': 'application/json; charset=UTF-8' },
    });
  });

  test('the project in the path must be the one of the token', async () => {
    const { projectId } = nova.admin;
    const other = '11111111111111111111111111111111';
    expect(await nova.ask(`GET /${projectId}/flavors?limit=1`)).toMatchObject({
      status: 200,
      body: { flavors: [{ links: [{ href: `${root}/v2.1/${projectId}/flavors/1` }, { href: `${root}/${projectId}/flavors/1` }] }], flavors_links: [{ href: `${root}/v2.1/${projectId}/flavors?limit=1&marker=1` }] },
    });
    expect(await nova.ask(`GET /${other}/flavors`)).toMatchObject({
      status: 400,
      body: { badRequest: { code: 400, message: `Malformed request URL: URL's project_id '${other}' doesn't match Context's project_id '${projectId}'` } },
      headers: { 'openstack-api-version': 'compute 2.1' },
    });
  });
});

describe('paths and bodies', () => {
  test.each(['GET /nosuch', 'PUT /servers', 'GET /servers/', 'GET /flavors/'])('%s: 404 of the router', async (call) => {
    const reply = await nova.ask(call);
    expect(reply).toMatchObject({ status: 404, body: { message: 'The resource could not be found.<br /><br />\n\n\n', code: '404 Not Found', title: 'Not Found' }, headers: { 'content-type': 'application/json' } });
    expect(reply.headers).not.toHaveProperty('openstack-api-version');
  });

  test.each([
    ['no JSON', { body: '{oops' }],
    ['another type of content', { body: 'x=1', headers: { 'content-type': 'text/plain' } }],
    ['a type that nobody knows', { body: 'x=1', headers: { 'content-type': 'application/x-nonsense' } }],
    ['a list', { body: [] }],
    ['nothing', {}],
  ])('%s is a malformed body', async (_what, call) => {
    expect(await nova.ask('POST /servers', call)).toMatchObject({ status: 400, body: { badRequest: { code: 400, message: 'Malformed request body' } }, headers: { 'openstack-api-version': 'compute 2.1' } });
  });

  test('every answer has its request id', async () => {
    const { headers } = await nova.ask('GET /nosuch');
    expect(headers['x-compute-request-id']).toMatch(/^req-[0-9a-f-]{36}$/);
    expect(headers['x-openstack-request-id']).toBe(headers['x-compute-request-id']);
  });
});

describe('microversions', () => {
  test.each([
    [{}, '2.1'],
    [{ 'openstack-api-version': 'compute latest' }, '2.87'],
    [{ 'x-openstack-nova-api-version': '2.60' }, '2.60'],
    [{ 'openstack-api-version': 'image 2.5' }, '2.1'],
  ])('%j speaks %s', async (headers, version) => {
    const reply = await nova.ask('GET /servers/detail?name=nothing-has-this-name', { headers });
    expect(reply).toMatchObject({ status: 200, body: { servers: [] }, headers: { 'openstack-api-version': `compute ${version}`, 'x-openstack-nova-api-version': version, 'content-type': 'application/json' } });
    expect(reply.headers['vary']).toEqual(['OpenStack-API-Version', 'X-OpenStack-Nova-API-Version']);
  });

  test('too high: 406 with what there is', async () => {
    expect(await nova.ask('GET /servers', { version: 999 })).toMatchObject({
      status: 406,
      body: { computeFault: { code: 406, message: 'Version 2.999 is not supported by the API. Minimum is 2.1 and maximum is 2.87.' } },
      headers: { 'openstack-api-version': 'compute 2.999' },
    });
  });

  test('malformed: 400', async () => {
    const reply = await nova.ask('GET /servers', { headers: { 'openstack-api-version': 'compute abc' } });
    expect(reply).toMatchObject({ status: 400, body: { badRequest: { code: 400, message: 'API Version String abc is of invalid format. Must be of format MajorNum.MinorNum.' } } });
    expect(reply.headers).not.toHaveProperty('openstack-api-version');
  });

  test.each<[string, number, number]>([
    ['GET /os-hosts', 42, 43],
    ['GET /os-hypervisors/compute/search', 52, 53],
  ])('%s is gone after 2.%i', async (call, last, gone) => {
    expect((await nova.ask(call, { version: last })).status).toBe(200);
    expect(await nova.ask(call, { version: gone })).toMatchObject({ status: 404, body: { itemNotFound: { code: 404, message: 'The resource could not be found.' } }, headers: { 'openstack-api-version': `compute 2.${gone}` } });
  });
});

describe('hosts', () => {
  const link = () => ({ id: nova.host.number, hypervisor_hostname: 'compute1', state: 'up', status: 'enabled' });
  const usage = {
    vcpus: 8, memory_mb: 16384, local_gb: 100, vcpus_used: 0, memory_mb_used: 0, local_gb_used: 0, free_ram_mb: 16384, free_disk_gb: 100, current_workload: 0, running_vms: 0, disk_available_least: 80,
  };
  const detail = () => ({
    ...link(), hypervisor_type: 'docker', hypervisor_version: 20010024, host_ip: '192.0.2.1', service: { id: nova.host.number, host: 'compute1', disabled_reason: null }, ...usage,
    cpu_info: '{"arch":"amd64","model":"Example CPU"}',
  });
  const cpuInfo = { arch: 'amd64', model: 'Example CPU' };
  const byUuid = () => ({ ...detail(), id: nova.host.id, service: { id: nova.host.id, host: 'compute1', disabled_reason: null }, cpu_info: cpuInfo });

  test('hypervisors', async () => {
    expect((await nova.ask('GET /os-hypervisors')).body).toEqual({ hypervisors: [link()] });
    expect((await nova.ask('GET /os-hypervisors/detail')).body).toEqual({ hypervisors: [detail()] });
    expect((await nova.ask('GET /os-hypervisors/detail', { version: 28 })).body).toEqual({ hypervisors: [{ ...detail(), cpu_info: cpuInfo }] });
    expect((await nova.ask('GET /os-hypervisors/detail', { version: 53 })).body).toEqual({ hypervisors: [byUuid()] });
    expect((await nova.ask(`GET /os-hypervisors/${nova.host.number}`)).body).toEqual({ hypervisor: detail() });
    expect((await nova.ask(`GET /os-hypervisors/${nova.host.id}`, { version: 87 })).body).toEqual({ hypervisor: byUuid() });
  });

  test('with their servers: asked for by a path before 2.53, by a parameter from then on', async () => {
    expect((await nova.ask('GET /os-hypervisors/ompute/servers')).body).toEqual({ hypervisors: [link()] });
    expect((await nova.ask('GET /os-hypervisors?with_servers=true', { version: 53 })).body).toEqual({ hypervisors: [{ ...link(), id: nova.host.id }] });
    expect((await nova.ask('GET /os-hypervisors?with_servers=true&hypervisor_hostname_pattern=ompute', { version: 75 })).body).toEqual({ hypervisors: [{ ...link(), id: nova.host.id, servers: [] }] });
  });

  test('in pages', async () => {
    expect((await nova.ask('GET /os-hypervisors?limit=1', { version: 53 })).body).toMatchObject({ hypervisors_links: [{ rel: 'next', href: `${root}/v2.1/os-hypervisors?limit=1&marker=${nova.host.id}` }] });
    expect((await nova.ask(`GET /os-hypervisors?marker=${nova.host.id}`, { version: 53 })).body).toEqual({ hypervisors: [] });
    expect((await nova.ask('GET /os-hypervisors?limit=1')).body).not.toHaveProperty('hypervisors_links');
  });

  test.each<[string, number, number, object]>([
    ['GET /os-hypervisors/999', 1, 404, { itemNotFound: { code: 404, message: "Hypervisor with ID '999' could not be found." } }],
    ['GET /os-hypervisors/compute1', 1, 404, { itemNotFound: { code: 404, message: "Hypervisor with ID 'compute1' could not be found." } }],
    ['GET /os-hypervisors/compute1', 53, 400, { badRequest: { code: 400, message: 'Invalid uuid compute1' } }],
    ['GET /os-hypervisors/nosuch/search', 1, 404, { itemNotFound: { code: 404, message: "No hypervisor matching 'nosuch' could be found." } }],
    ['GET /os-hypervisors?nosuch=1', 53, 400, { badRequest: { code: 400, message: "Additional properties are not allowed ('nosuch' was unexpected)" } }],
    ['GET /os-hypervisors?marker=nosuch', 53, 400, { badRequest: { code: 400, message: 'marker [nosuch] not found' } }],
  ])('%s at 2.%i: %i', async (call, version, status, body) => {
    expect(await nova.ask(call, { version })).toMatchObject({ status, body });
  });

  test('statistics, and how long a host is up', async () => {
    expect((await nova.ask('GET /os-hypervisors/statistics')).body).toEqual({ hypervisor_statistics: { count: 1, ...usage } });
    expect((await nova.ask(`GET /os-hypervisors/${nova.host.number}/uptime`)).body).toEqual({ hypervisor: { ...link(), uptime: expect.stringMatching(/^ \d\d:\d\d:\d\d up 93 days, 0:0\d$/) as unknown } });
  });

  test('os-hosts', async () => {
    expect((await nova.ask('GET /os-hosts')).body).toEqual({ hosts: [{ host_name: 'compute1', service: 'compute', zone: 'nova' }] });
    expect((await nova.ask('GET /os-hosts/compute1')).body).toEqual({
      host: [
        { resource: { host: 'compute1', project: '(total)', cpu: 8, memory_mb: 16384, disk_gb: 100 } },
        { resource: { host: 'compute1', project: '(used_now)', cpu: 0, memory_mb: 0, disk_gb: 0 } },
        { resource: { host: 'compute1', project: '(used_max)', cpu: 0, memory_mb: 0, disk_gb: 0 } },
      ],
    });
  });

  test('availability zones', async () => {
    expect((await nova.ask('GET /os-availability-zone', { token: nova.tokens.demo })).body).toEqual({ availabilityZoneInfo: [{ zoneName: 'nova', zoneState: { available: true }, hosts: null }] });
    expect((await nova.ask('GET /os-availability-zone/detail')).body).toEqual({
      availabilityZoneInfo: [{ zoneName: 'nova', zoneState: { available: true }, hosts: { compute1: { 'nova-compute': { available: true, active: true, updated_at: '2026-11-22T13:13:29.000000' } } } }],
    });
  });

  test('services, and what they take of new servers', async () => {
    const service = { binary: 'nova-compute', host: 'compute1', id: nova.host.number, zone: 'nova', status: 'enabled', state: 'up', updated_at: '2026-11-22T13:13:29.000000', disabled_reason: null };
    expect((await nova.ask('GET /os-services')).body).toEqual({ services: [service] });
    expect((await nova.ask('GET /os-services?binary=None&host=None', { version: 69 })).body).toEqual({ services: [{ ...service, id: nova.host.id, forced_down: false }] });
    expect((await nova.ask('GET /os-services?binary=nova-scheduler')).body).toEqual({ services: [] });
    const disabled = await nova.ask(`PUT /os-services/${nova.host.id}`, { version: 69, body: { status: 'disabled', disabled_reason: 'upgrade' } });
    expect(disabled).toMatchObject({ status: 200, body: { service: { ...service, id: nova.host.id, status: 'disabled', disabled_reason: 'upgrade', forced_down: false } } });
    expect((await nova.ask('GET /os-availability-zone')).body).toEqual({ availabilityZoneInfo: [{ zoneName: 'nova', zoneState: { available: false }, hosts: null }] });
    expect((await nova.ask('PUT /os-services/enable', { body: { host: 'compute1', binary: 'nova-compute' } })).body).toEqual({ service: { host: 'compute1', binary: 'nova-compute', status: 'enabled' } });
    expect((await nova.ask('GET /os-services')).body).toEqual({ services: [service] });
    const logged = await nova.ask('PUT /os-services/disable-log-reason', { body: { host: 'compute1', binary: 'nova-compute', disabled_reason: 'x' } });
    expect(logged.body).toEqual({ service: { host: 'compute1', binary: 'nova-compute', status: 'disabled', disabled_reason: 'x' } });
    expect((await nova.ask(`PUT /os-services/${nova.host.id}`, { version: 69, body: { status: 'enabled' } })).body).toMatchObject({ service: { status: 'enabled', disabled_reason: null } });
  });

  test.each<[string, number, unknown, number, object]>([
    ['PUT /os-services/enable', 1, { host: 'nosuch', binary: 'nova-compute' }, 404, { itemNotFound: { message: 'Could not find binary nova-compute on host nosuch.' } }],
    ['PUT /os-services/enable', 1, { host: 'compute1', binary: 'nova-scheduler' }, 400, { badRequest: { message: 'Updating a nova-scheduler service is not supported. Only nova-compute services can be updated.' } }],
    ['PUT /os-services/fly', 1, { host: 'compute1', binary: 'nova-compute' }, 404, { itemNotFound: { message: 'Unknown action' } }],
    ['PUT /os-services/enable', 1, { host: 'compute1' }, 400, { badRequest: { message: "'binary' is a required property" } }],
    ['PUT /os-services/compute1', 53, { status: 'enabled' }, 400, { badRequest: { message: 'Invalid uuid compute1' } }],
    ['PUT /os-services/HOST', 53, {}, 400, { badRequest: { message: "No updates were requested. Fields 'status' or 'forced_down' should be specified." } }],
    ['PUT /os-services/HOST', 53, { forced_down: true }, 501, { notImplemented: { message: 'Forcing a host down is not supported by this cloud: its state is what is seen of it.' } }],
  ])('%s at 2.%i with %j: %i', async (call, version, body, status, answer) => {
    expect(await nova.ask(call.replace('HOST', nova.host.id), { version, body })).toMatchObject({ status, body: answer });
  });
});

describe('limits and quotas', () => {
  const limits = { cores: 20, instances: 10, key_pairs: 100, metadata_items: 128, ram: 51200, server_group_members: 10, server_groups: 10 };
  const injected = { injected_file_content_bytes: 10240, injected_file_path_bytes: 255, injected_files: 5 };
  const network = { fixed_ips: -1, floating_ips: -1, security_group_rules: -1, security_groups: -1 };

  test('limits, of which each microversion knows fewer', async () => {
    const now = { maxTotalInstances: 10, maxTotalCores: 20, maxTotalRAMSize: 51200, maxServerMeta: 128, maxTotalKeypairs: 100, maxServerGroups: 10, maxServerGroupMembers: 10, totalRAMUsed: 0, totalCoresUsed: 0, totalInstancesUsed: 0, totalServerGroupsUsed: 0 };
    const until56 = { ...now, maxPersonality: 5, maxPersonalitySize: 10240 };
    const until38 = { ...until56, maxImageMeta: 128 };
    const until35 = { ...until38, maxTotalFloatingIps: -1, maxSecurityGroups: -1, maxSecurityGroupRules: -1, totalFloatingIpsUsed: 0, totalSecurityGroupsUsed: 0 };
    for (const [version, absolute] of [[1, until35], [35, until35], [36, until38], [38, until38], [39, until56], [56, until56], [57, now]] as const) {
      expect((await nova.ask('GET /limits', { version, token: nova.tokens.demo })).body, `2.${version}`).toEqual({ limits: { rate: [], absolute } });
    }
    expect((await nova.ask(`GET /limits?tenant_id=${nova.admin.projectId}`, { token: nova.tokens.demo })).status).toBe(403);
  });

  test('the quota set of a project', async () => {
    const id = nova.demo.projectId;
    for (const [version, quota] of [[1, { ...limits, ...injected, ...network }], [36, { ...limits, ...injected }], [57, limits]] as const) {
      expect((await nova.ask(`GET /os-quota-sets/${id}`, { version, token: nova.tokens.demo })).body, `2.${version}`).toEqual({ quota_set: { id, ...quota } });
      expect((await nova.ask(`GET /os-quota-sets/${id}/defaults`, { version })).body, `2.${version}`).toEqual({ quota_set: { id, ...quota } });
    }
    expect((await nova.ask(`GET /os-quota-sets/${id}/detail`, { version: 57 })).body).toEqual({
      quota_set: { id, ...Object.fromEntries(Object.entries(limits).map(([name, limit]) => [name, { limit, in_use: 0, reserved: 0 }])) },
    });
  });

  test('an administrator sets it, the use of it counts, and the defaults come back', async () => {
    const id = nova.demo.projectId;
    const instance = await nova.addInstance({ name: 'counted', projectId: id, userId: nova.demo.userId });
    expect(await nova.ask(`PUT /os-quota-sets/${id}`, { body: { quota_set: { instances: '2', cores: -1 } } })).toMatchObject({ status: 200, body: { quota_set: { ...limits, instances: 2, cores: -1, ...injected, ...network } } });
    expect((await nova.ask(`GET /os-quota-sets/${id}/detail`)).body).toMatchObject({ quota_set: { instances: { limit: 2, in_use: 1 }, ram: { in_use: 512 } } });
    expect(await nova.ask(`PUT /os-quota-sets/${id}`, { body: { quota_set: { instances: 0 } } })).toMatchObject({
      status: 400,
      body: { badRequest: { message: 'Quota limit 0 for instances must be greater than or equal to already used and reserved 1.' } },
    });
    expect(await nova.ask(`PUT /os-quota-sets/${id}`, { body: { quota_set: { instances: 0, force: true } } })).toMatchObject({ status: 200, body: { quota_set: { instances: 0 } } });
    expect((await nova.ask(`DELETE /os-quota-sets/${id}`)).status).toBe(202);
    expect((await nova.ask(`GET /os-quota-sets/${id}`, { version: 57 })).body).toEqual({ quota_set: { id, ...limits } });
    await nova.store.prisma.instance.delete({ where: { id: instance.id } });
  });

  test.each<[string, number, object, string]>([
    ['GET /os-quota-sets/nosuch', 1, {}, 'Project ID nosuch is not a valid project.'],
    ['PUT /os-quota-sets/nosuch', 1, { body: { quota_set: { instances: 1 } } }, 'Project ID nosuch is not a valid project.'],
    ['PUT /os-quota-sets/nosuch', 57, { body: { quota_set: { fixed_ips: 1 } } }, "Invalid input for field/attribute quota_set. Value: {'fixed_ips': 1}. Additional properties are not allowed ('fixed_ips' was unexpected)"],
    ['PUT /os-quota-sets/nosuch', 1, { body: { quota_set: { instances: -2 } } }, 'Invalid input for field/attribute instances. Value: -2. -2 is less than the minimum of -1'],
    ['GET /os-quota-sets/nosuch?user_id=u', 1, {}, 'Quotas of single users are not supported: leave user_id out.'],
  ])('%s at 2.%i with %j is a mistake', async (path, version, call, message) => {
    expect(await nova.ask(path, { version, ...call })).toMatchObject({ status: 400, body: { badRequest: { message } } });
  });

  test("another project's is forbidden", async () => {
    expect(await nova.ask(`GET /os-quota-sets/${nova.admin.projectId}`, { token: nova.tokens.demo })).toMatchObject({
      status: 403,
      body: { forbidden: { code: 403, message: "Policy doesn't allow os_compute_api:os-quota-sets:show to be performed." } },
    });
  });
});

test('extensions: Tempest looks for one that is named Hosts', async () => {
  const { extensions } = (await nova.ask('GET /extensions')).body as unknown as { extensions: { alias: string }[] };
  const hosts = { alias: 'os-hosts', name: 'Hosts', description: 'Admin-only host administration.', links: [], namespace: 'http://docs.openstack.org/compute/ext/fake_xml', updated: '2014-12-03T00:00:00Z' };
  expect(extensions).toContainEqual(hosts);
  expect((await nova.ask('GET /extensions/os-hosts')).body).toEqual({ extension: hosts });
  expect((await nova.ask('GET /extensions/nosuch')).status).toBe(404);
});

test('there are no aggregates and no server groups', async () => {
  expect((await nova.ask('GET /os-aggregates')).body).toEqual({ aggregates: [] });
  expect((await nova.ask('GET /os-server-groups', { version: 64 })).body).toEqual({ server_groups: [] });
});

test('a service that is deleted is a host that is forgotten', async () => {
  const { id } = await nova.store.prisma.host.create({ data: { id: '00000000-0000-4000-8000-000000000001', name: 'spare', address: '192.0.2.2:9774', lastSeenAt: new Date() } });
  expect((await nova.ask('GET /os-services?host=spare', { version: 53 })).body).toMatchObject({ services: [{ id, state: 'up', updated_at: expect.stringMatching(naiveTime) as unknown }] });
  expect((await nova.ask(`DELETE /os-services/${id}`, { version: 53 })).status).toBe(204);
  expect(await nova.ask(`DELETE /os-services/${id}`, { version: 53 })).toMatchObject({ status: 404, body: { itemNotFound: { message: `Service ${id} could not be found.` } } });
});
