import { createHash, randomUUID } from 'node:crypto';
import type { Instance } from '@novadock/store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createComputeCloud, isoTime, type Call, type ComputeCloud, type Reply } from './compute-cloud.ts';

let nova: ComputeCloud;
/** Runs, on private_network, of the administrator's project. */
let raw2: Instance;
beforeAll(async () => {
  nova = await createComputeCloud();
  raw2 = await nova.addInstance({ name: 'raw2', metadata: { k: 'v' }, description: 'd', tags: ['a'] }, ['192.168.1.234']);
});
afterAll(() => nova.close());

const root = 'http://cloud.test/compute';
const links = (path: string) => [
  { rel: 'self', href: `${root}/v2.1/${path}` },
  { rel: 'bookmark', href: `${root}/${path}` },
];
const asDemo = (): Call => ({ token: nova.tokens.demo });
const serverOf = ({ body }: Reply) => (body as unknown as { server: Record<string, unknown> }).server;
const serversOf = ({ body }: Reply) => (body as unknown as { servers: Record<string, unknown>[] }).servers;
const namesOf = (reply: Reply) => serversOf(reply).map(({ name }) => name);

/** What Nova showed of such a server at 2.1, to an administrator. */
const at1 = () => ({
  id: raw2.id,
  name: 'raw2',
  status: 'ACTIVE',
  tenant_id: nova.admin.projectId,
  user_id: nova.admin.userId,
  metadata: { k: 'v' },
  hostId: createHash('sha224').update(`${nova.admin.projectId}compute1`).digest('hex'),
  image: { id: nova.image.id, links: [{ rel: 'bookmark', href: `${root}/images/${nova.image.id}` }] },
  flavor: { id: '1', links: [{ rel: 'bookmark', href: `${root}/flavors/1` }] },
  created: '2026-11-22T13:13:11Z',
  updated: '2026-11-22T13:13:16Z',
  addresses: { private_network: [{ version: 4, addr: '192.168.1.234', 'OS-EXT-IPS:type': 'fixed', 'OS-EXT-IPS-MAC:mac_addr': 'fa:16:3e:00:00:01' }] },
  accessIPv4: '',
  accessIPv6: '',
  links: links(`servers/${raw2.id}`),
  'OS-DCF:diskConfig': 'MANUAL',
  progress: 0,
  'OS-EXT-AZ:availability_zone': 'nova',
  config_drive: '',
  key_name: null,
  'OS-SRV-USG:launched_at': '2026-11-22T13:13:16.000000',
  'OS-SRV-USG:terminated_at': null,
  security_groups: [{ name: 'default' }],
  'OS-EXT-SRV-ATTR:host': 'compute1',
  'OS-EXT-SRV-ATTR:instance_name': 'instance-00000001',
  'OS-EXT-SRV-ATTR:hypervisor_hostname': 'compute1',
  'OS-EXT-STS:task_state': null,
  'OS-EXT-STS:vm_state': 'active',
  'OS-EXT-STS:power_state': 1,
  'os-extended-volumes:volumes_attached': [],
});

/** What each microversion added to it, or put in its place. */
const added: [number, object][] = [
  [1, {}],
  [
    3,
    {
      'OS-EXT-SRV-ATTR:reservation_id': 'r-c83j6d76', 'OS-EXT-SRV-ATTR:launch_index': 0, 'OS-EXT-SRV-ATTR:hostname': 'raw2', 'OS-EXT-SRV-ATTR:kernel_id': '', 'OS-EXT-SRV-ATTR:ramdisk_id': '',
      'OS-EXT-SRV-ATTR:root_device_name': null, 'OS-EXT-SRV-ATTR:user_data': null,
    },
  ],
  [9, { locked: false }],
  [16, { host_status: 'UP' }],
  [19, { description: 'd' }],
  [26, { tags: ['a'] }],
  [47, { flavor: { vcpus: 1, ram: 512, disk: 1, ephemeral: 0, swap: 0, original_name: 'm1.tiny', extra_specs: {} } }],
  [63, { trusted_image_certificates: null }],
  [69, {}],
  [71, { server_groups: [] }],
  [73, { locked_reason: null }],
  [87, {}],
];
const at = (version: number) => Object.assign({}, at1(), ...added.filter(([since]) => since <= version).map(([, part]) => part)) as Record<string, unknown>;
const without = (server: Record<string, unknown>, ...keys: string[]) => Object.fromEntries(Object.entries(server).filter(([key]) => !keys.some((part) => key.startsWith(part))));

describe('the shape of a server', () => {
  test.each(added.map(([version]) => version))('at 2.%i, to an administrator', async (version) => {
    expect((await nova.ask(`GET /servers/${raw2.id}`, { version })).body).toEqual({ server: at(version) });
    expect(serversOf(await nova.ask('GET /servers/detail?name=^raw2$', { version }))).toEqual([without(at(version), 'server_groups')]);
  });

  test.each([1, 3, 16, 87])('at 2.%i, to its owner: not where it runs', async (version) => {
    const { id } = await nova.addInstance({ name: 'demo-1', projectId: nova.demo.projectId, userId: nova.demo.userId });
    const server = serverOf(await nova.ask(`GET /servers/${id}`, { ...asDemo(), version }));
    expect(Object.keys(server).sort()).toEqual(Object.keys(without(at(version), 'OS-EXT-SRV-ATTR', 'host_status', 'security_groups')).sort());
    await nova.store.prisma.instance.delete({ where: { id } });
  });

  test('an update answers the short form before 2.75, from then on all', async () => {
    const update = (version: number) => nova.ask(`PUT /servers/${raw2.id}`, { version, body: { server: { name: 'raw2' } } });
    const short = {
      ...without(at(1), 'OS-EXT', 'OS-SRV', 'os-extended', 'config_drive', 'key_name', 'security_groups'),
      addresses: { private_network: [{ version: 4, addr: '192.168.1.234' }] },
      updated: expect.stringMatching(isoTime) as unknown,
    };
    const later = { locked: false, description: 'd', tags: ['a'], trusted_image_certificates: null, server_groups: [], locked_reason: null, flavor: at(87).flavor };
    expect(serverOf(await update(1))).toEqual(short);
    expect(serverOf(await update(74))).toEqual({ ...short, ...later });
    expect(serverOf(await update(75))).toEqual({ ...at(75), updated: expect.stringMatching(isoTime) as unknown });
    await nova.store.prisma.instance.update({ where: { id: raw2.id }, data: { updatedAt: raw2.updatedAt } });
  });

  test('while it is built it has no addresses yet and no security groups', async () => {
    const { id } = await nova.addInstance({ name: 'built', hostId: null, launchedAt: null, observedPower: null, observedGeneration: 0 }, ['192.168.1.230']);
    const server = serverOf(await nova.ask(`GET /servers/${id}`));
    expect(server).toMatchObject({
      status: 'BUILD', hostId: '', addresses: {}, progress: 0, 'OS-EXT-AZ:availability_zone': '', 'OS-SRV-USG:launched_at': null, 'OS-EXT-SRV-ATTR:host': null, 'OS-EXT-SRV-ATTR:hypervisor_hostname': null,
      'OS-EXT-STS:task_state': 'scheduling', 'OS-EXT-STS:vm_state': 'building', 'OS-EXT-STS:power_state': 0,
    });
    expect(server).not.toHaveProperty('security_groups');
    await nova.store.prisma.instance.delete({ where: { id } });
  });

  test('in ERROR it has its fault, whose details administrators see', async () => {
    const { id } = await nova.addInstance({
      name: 'nohost', projectId: nova.demo.projectId, hostId: null, launchedAt: null, observedPower: null, failed: true,
      fault: { code: 500, message: 'No valid host was found. ', details: 'why', at: '2026-11-22T13:00:02.500Z' },
    });
    const fault = { code: 500, created: '2026-11-22T13:00:02Z', message: 'No valid host was found. ' };
    const server = serverOf(await nova.ask(`GET /servers/${id}`));
    expect(server).toMatchObject({ status: 'ERROR', 'OS-EXT-STS:vm_state': 'error', 'OS-EXT-STS:task_state': null, fault: { ...fault, details: 'why' } });
    expect(server).not.toHaveProperty('progress');
    expect(serverOf(await nova.ask(`GET /servers/${id}`, asDemo())).fault).toEqual(fault);
    await nova.store.prisma.instance.delete({ where: { id } });
  });

  test.each<[string, object, object]>([
    ['stopped', { power: 'stopped', observedPower: 'stopped' }, { status: 'SHUTOFF', 'OS-EXT-STS:vm_state': 'stopped', 'OS-EXT-STS:power_state': 4 }],
    ['paused', { power: 'paused', observedPower: 'paused' }, { status: 'PAUSED', 'OS-EXT-STS:vm_state': 'paused', 'OS-EXT-STS:power_state': 3 }],
    ['rebooting', { generation: 2, task: 'rebooting' }, { status: 'REBOOT', 'OS-EXT-STS:task_state': 'rebooting', 'OS-EXT-STS:power_state': 1 }],
    ['with all that a boot may bring', { userData: 'aGk=', configDrive: true, keyName: 'mykey', accessIpV4: '192.0.2.7' }, { config_drive: 'True', key_name: 'mykey', accessIPv4: '192.0.2.7', 'OS-EXT-SRV-ATTR:user_data': 'aGk=' }],
  ])('%s', async (name, data, shown) => {
    const { id } = await nova.addInstance({ name, ...data });
    expect(serverOf(await nova.ask(`GET /servers/${id}`, { version: 3 }))).toMatchObject(shown);
    await nova.store.prisma.instance.delete({ where: { id } });
  });
});

describe('what is not there', () => {
  const missing = '00000000-0000-0000-0000-000000000001';
  test.each(['GET /servers/ID', 'DELETE /servers/ID', 'GET /servers/ID/metadata', 'GET /servers/ID/os-interface', 'GET /servers/ID/os-instance-actions'])('%s', async (call) => {
    for (const id of [missing, 'nosuch']) {
      expect(await nova.ask(call.replace('ID', id))).toMatchObject({ status: 404, body: { itemNotFound: { code: 404, message: `Instance ${id} could not be found.` } } });
    }
  });

  test("another project's, as if it were not there", async () => {
    expect(await nova.ask(`GET /servers/${raw2.id}`, asDemo())).toMatchObject({ status: 404, body: { itemNotFound: { message: `Instance ${raw2.id} could not be found.` } } });
  });
});

describe('lists', () => {
  const ids: Record<string, string> = {};
  beforeAll(async () => {
    for (const [index, name] of ['raw1', 'st', 'test7'].entries()) {
      const createdAt = new Date(Date.UTC(2026, 10, 22, 12, index));
      ids[name] = (await nova.addInstance({ name, createdAt, updatedAt: createdAt, ...(name === 'st' && { power: 'stopped', observedPower: 'stopped', tags: ['t1', 't2'] }) })).id;
    }
  });
  afterAll(() => nova.store.prisma.instance.deleteMany({ where: { id: { in: Object.values(ids) } } }));

  test('newest first, with name and links alone', async () => {
    const reply = await nova.ask('GET /servers');
    expect(namesOf(reply)).toEqual(['raw2', 'test7', 'st', 'raw1']);
    expect(serversOf(reply)[0]).toEqual({ id: raw2.id, name: 'raw2', links: links(`servers/${raw2.id}`) });
    expect(reply.body).not.toHaveProperty('servers_links');
  });

  test.each<[string, number, string[]]>([
    ['limit=2', 1, ['raw2', 'test7']],
    ['limit=0', 1, []],
    ['sort_key=display_name&sort_dir=desc&limit=2', 1, ['test7', 'st']],
    ['sort_key=vm_mode', 1, ['raw2', 'test7', 'st', 'raw1']],
    ['name=%5Eraw%5B12%5D%24', 1, ['raw2', 'raw1']],
    ['name=t', 1, ['test7', 'st']],
    ['status=SHUTOFF', 1, ['st']],
    ['status=shutoff&status=ERROR', 1, ['st']],
    ['status=BOGUS', 1, []],
    ['vm_state=stopped', 1, ['st']],
    ['ip=192.168.1.23', 1, ['raw2']],
    ['flavor=1&host=compute1', 1, ['raw2', 'test7', 'st', 'raw1']],
    ['flavor=99', 1, []],
    ['changes-since=2026-11-22T13:00:00Z', 1, ['raw2']],
    ['changes-before=2026-11-22T12:00:30Z', 66, ['raw1']],
    ['tags=t1,t2', 26, ['st']],
    ['not-tags-any=t1,a', 26, ['test7', 'raw1']],
    ['tags=t1', 25, ['raw2', 'test7', 'st', 'raw1']],
    ['all_tenants=1&project_id=nosuch', 1, []],
    ['deleted=False', 1, ['raw2', 'test7', 'st', 'raw1']],
    ['nosuch=1', 74, ['raw2', 'test7', 'st', 'raw1']],
  ])('?%s at 2.%i', async (query, version, found) => {
    expect(namesOf(await nova.ask(`GET /servers?${query}`, { version }))).toEqual(found);
  });

  test('in pages: a link to the next while pages are full', async () => {
    const next = async (query: string, path = 'servers') => (await nova.ask(`GET /${path}?${query}`)).body as unknown as { servers_links: { rel: string; href: string }[] };
    expect((await next('limit=1')).servers_links).toEqual([{ rel: 'next', href: `${root}/v2.1/servers?limit=1&marker=${raw2.id}` }]);
    expect((await next(`limit=1&marker=${raw2.id}`)).servers_links).toEqual([{ rel: 'next', href: `${root}/v2.1/servers?limit=1&marker=${ids.test7}` }]);
    expect((await next('sort_key=display_name&sort_dir=desc&limit=2')).servers_links).toEqual([{ rel: 'next', href: `${root}/v2.1/servers?limit=2&sort_dir=desc&sort_key=display_name&marker=${ids.st}` }]);
    expect((await next('limit=1', 'servers/detail')).servers_links).toEqual([{ rel: 'next', href: `${root}/v2.1/servers/detail?limit=1&marker=${raw2.id}` }]);
    expect(await next('limit=9')).not.toHaveProperty('servers_links');
    expect(await next('limit=0')).not.toHaveProperty('servers_links');
  });

  test('an ordinary user sees the own project, and may not ask for more', async () => {
    expect(serversOf(await nova.ask('GET /servers', asDemo()))).toEqual([]);
    expect(serversOf(await nova.ask('GET /servers?all_tenants=0&deleted=True&host=compute1', asDemo()))).toEqual([]);
    for (const [path, verb] of [['servers', 'index'], ['servers/detail', 'detail']]) {
      expect(await nova.ask(`GET /${path}?all_tenants=1`, asDemo())).toMatchObject({ status: 403, body: { forbidden: { code: 403, message: `Policy doesn't allow os_compute_api:servers:${verb}:get_all_tenants to be performed.` } } });
    }
    expect(await nova.ask('GET /servers?status=DELETED', asDemo())).toMatchObject({ status: 403, body: { forbidden: { message: 'Only administrators may list deleted instances' } } });
    expect(namesOf(await nova.ask('GET /servers?all_tenants=True'))).toContain('raw2');
  });

  test.each<[string, number, string]>([
    ['limit=-1', 1, "Invalid input for query parameters limit. Value: -1. '-1' does not match '^[0-9]*$'"],
    ['limit=abc', 1, "Invalid input for query parameters limit. Value: abc. 'abc' does not match '^[0-9]*$'"],
    ['marker=00000000-0000-0000-0000-000000000001', 1, 'marker [00000000-0000-0000-0000-000000000001] not found'],
    ['nosuch=1', 75, "'nosuch' does not match any of the regexes: '^_'"],
    ['changes-since=xx', 1, "Invalid input for query parameters changes-since. Value: xx. 'xx' is not a 'date-time'"],
    ['changes-since=2026-11-22T13:00:00Z&changes-before=2026-11-22T12:00:00Z', 66, 'The value of changes-since must be less than or equal to changes-before.'],
    [
      'sort_key=nosuch', 1,
      "Invalid input for query parameters sort_key. Value: nosuch. 'nosuch' is not one of ['access_ip_v4', 'access_ip_v6', 'auto_disk_config', 'availability_zone', 'config_drive', 'created_at', 'display_description', 'display_name', 'host', 'hostname', 'image_ref', 'instance_type_id', 'kernel_id', 'key_name', 'launch_index', 'launched_at', 'locked_by', 'node', 'power_state', 'progress', 'project_id', 'ramdisk_id', 'root_device_name', 'task_state', 'terminated_at', 'updated_at', 'user_id', 'uuid', 'vm_state', 'architecture', 'cell_name', 'cleaned', 'default_ephemeral_device', 'default_swap_device', 'deleted', 'deleted_at', 'disable_terminate', 'ephemeral_gb', 'ephemeral_key_uuid', 'id', 'key_data', 'launched_on', 'locked', 'memory_mb', 'os_type', 'reservation_id', 'root_gb', 'shutdown_terminate', 'user_data', 'vcpus', 'vm_mode']",
    ],
    ['status=BOGUS', 38, 'Invalid status value'],
    ['metadata=x', 1, 'Invalid filter field: metadata.'],
    ['name=(', 1, "Invalid input for query parameters name. Value: (. '(' is not a 'regex'"],
    ['power_state=4', 1, 'Servers cannot be filtered by power_state in this cloud.'],
    ['sort_key=host', 1, 'Servers cannot be sorted by host in this cloud.'],
    ['all_tenants=x', 1, "Invalid input received: Unrecognized value 'x', acceptable values are: '0', '1', 'f', 'false', 'n', 'no', 'off', 'on', 't', 'true', 'y', 'yes'"],
  ])('?%s at 2.%i is a mistake', async (query, version, message) => {
    expect(await nova.ask(`GET /servers?${query}`, { version })).toMatchObject({ status: 400, body: { badRequest: { code: 400, message } } });
  });
});

describe('boots', () => {
  const boot = (extra: object = {}, call: Call = {}) =>
    nova.ask('POST /servers', { body: { server: { name: 'raw1', flavorRef: '1', imageRef: nova.image.id, networks: [{ uuid: nova.network.id }], ...extra } }, ...call });
  const bootBare = (server: object, call: Call = {}) => nova.ask('POST /servers', { body: { server }, ...call });
  const made = (reply: Reply) => nova.store.prisma.instance.findUniqueOrThrow({ where: { id: String(serverOf(reply).id) } });

  test('202 with what Nova answers', async () => {
    const reply = await boot();
    const { id } = serverOf(reply) as { id: string };
    expect(reply).toMatchObject({ status: 202, headers: { location: `${root}/v2.1/servers/${id}`, 'content-type': 'application/json' } });
    expect(reply.body).toEqual({ server: { id, links: links(`servers/${id}`), 'OS-DCF:diskConfig': 'MANUAL', security_groups: [{ name: 'default' }], adminPass: expect.stringMatching(/^\w{12}$/) as unknown } });
    expect(serverOf(await nova.ask(`GET /servers/${id}`))).toMatchObject({ name: 'raw1', status: 'BUILD', addresses: {} });
  });

  test('with all that may be asked for', async () => {
    await nova.ask('POST /os-keypairs', { body: { keypair: { name: 'mykey' } } });
    const reply = await boot(
      {
        networks: [{ uuid: nova.network.id, tag: 'nic1', fixed_ip: '192.168.1.99' }], tags: ['a', 'a', 'b'], description: 'd', metadata: { k: 'v' }, key_name: 'mykey', user_data: 'aGVsbG8g\nd29ybGQ=', config_drive: 'yes',
        adminPass: 'secret', accessIPv4: '192.0.2.7', accessIPv6: '::babe:dc0c:0:1602', security_groups: [{ name: 'default' }], availability_zone: 'nova', host: 'compute1', 'OS-DCF:diskConfig': 'AUTO',
        min_count: '1', max_count: '1', flavorRef: 1, block_device_mapping_v2: [{ uuid: nova.image.id, boot_index: 0, source_type: 'image', destination_type: 'local', delete_on_termination: true }],
      },
      { version: 87 },
    );
    expect(reply).toMatchObject({ status: 202, body: { server: { adminPass: 'secret' } } });
    expect(await made(reply)).toMatchObject({
      tags: ['a', 'b'], description: 'd', metadata: { k: 'v' }, keyName: 'mykey', userData: 'aGVsbG8gd29ybGQ=', configDrive: true, accessIpV4: '192.0.2.7', accessIpV6: '::babe:dc0c:0:1602', hostId: nova.host.id,
      availabilityZone: 'nova',
    });
  });

  test('before 2.19 the name is the description', async () => {
    expect(await made(await boot({}, { version: 18 }))).toMatchObject({ description: 'raw1' });
    expect(await made(await boot({}, { version: 19 }))).toMatchObject({ description: null });
  });

  test('several at once are numbered; the answer is the first of them, or their reservation', async () => {
    const reply = await boot({ name: 'multi', min_count: 2, max_count: '2' });
    expect(await made(reply)).toMatchObject({ name: 'multi-1', launchIndex: 0 });
    const reserved = await boot({ name: 'resv', min_count: 2, return_reservation_id: 'True' });
    expect(reserved.body).toEqual({ reservation_id: expect.stringMatching(/^r-\w{8}$/) as unknown });
    const { reservation_id: reservationId } = reserved.body as unknown as { reservation_id: string };
    expect(namesOf(await nova.ask(`GET /servers?reservation_id=${reservationId}&sort_key=display_name&sort_dir=asc`))).toEqual(['resv-1', 'resv-2']);
  });

  test.each<[string, number, object]>([
    ['auto', 37, { networks: 'auto' }],
    ['none', 37, { networks: 'none' }],
    ['not a word before 2.37', 1, { networks: undefined }],
    ['an empty list', 1, { networks: [] }],
  ])('networks: %s', async (_what, version, extra) => {
    expect((await boot(extra, { version })).status).toBe(202);
  });

  test('on a host by name, which is for administrators', async () => {
    expect(await made(await boot({ availability_zone: 'elsewhere:compute1' }))).toMatchObject({ hostId: nova.host.id, availabilityZone: null });
    expect(await boot({ availability_zone: 'nova:compute1' }, asDemo())).toMatchObject({ status: 403, body: { forbidden: { message: "Policy doesn't allow os_compute_api:servers:create:forced_host to be performed." } } });
    expect(await boot({ host: 'compute1' }, { ...asDemo(), version: 74 })).toMatchObject({ status: 403, body: { forbidden: { message: "Policy doesn't allow compute:servers:create:requested_destination to be performed." } } });
  });

  test('over the quota: 403 in Nova’s words', async () => {
    const reply = await bootBare({ name: 'q', flavorRef: '1', imageRef: nova.image.id, networks: 'none', min_count: 100, max_count: 100 }, { ...asDemo(), version: 37 });
    expect(reply).toMatchObject({ status: 403, body: { forbidden: { code: 403, message: 'Quota exceeded for cores, instances: Requested 100, 100, but already used 0, 0 of 20, 10 cores, instances' } } });
  });

  const long = 'x'.repeat(256);
  test.each<[string, number, () => object, string]>([
    ['no server', 1, () => ({ nope: {} }), "'server' is a required property"],
    ['no flavor', 1, () => ({ server: { name: 'raw1', networks: [{ uuid: 'x' }] } }), "Invalid input for field/attribute server. Value: {'name': 'raw1', 'networks': [{'uuid': 'x'}]}. 'flavorRef' is a required property"],
    ['no name', 1, () => ({ server: { flavorRef: '1' } }), "Invalid input for field/attribute server. Value: {'flavorRef': '1'}. 'name' is a required property"],
    ['no networks from 2.37 on', 37, () => ({ server: { name: 'raw1', flavorRef: '1' } }), "Invalid input for field/attribute server. Value: {'name': 'raw1', 'flavorRef': '1'}. 'networks' is a required property"],
    ['something more', 1, () => ({ server: { name: 'raw1', flavorRef: '1', colour: 'red' } }), "Invalid input for field/attribute server. Value: {'name': 'raw1', 'flavorRef': '1', 'colour': 'red'}. Additional properties are not allowed ('colour' was unexpected)"],
    ['tags before 2.52', 51, () => ({ server: { name: 'a', flavorRef: '1', networks: 'none', tags: [] } }), "Invalid input for field/attribute server. Value: {'name': 'a', 'flavorRef': '1', 'networks': 'none', 'tags': []}. Additional properties are not allowed ('tags' was unexpected)"],
    ['personality from 2.57 on', 57, () => ({ server: { name: 'a', flavorRef: '1', networks: 'none', personality: [] } }), "Invalid input for field/attribute server. Value: {'name': 'a', 'flavorRef': '1', 'networks': 'none', 'personality': []}. Additional properties are not allowed ('personality' was unexpected)"],
  ])('%s, at 2.%i', async (_what, version, body, message) => {
    expect(await nova.ask('POST /servers', { version, body: body() })).toMatchObject({ status: 400, body: { badRequest: { code: 400, message } } });
  });

  test.each<[string, number, object, string]>([
    ['an empty name', 1, { name: '' }, "Invalid input for field/attribute name. Value: . '' is too short"],
    ['a long name', 1, { name: long }, `Invalid input for field/attribute name. Value: ${long}. '${long}' is too long`],
    ['an image that is no id', 1, { imageRef: 'nosuch' }, "Invalid input for field/attribute imageRef. Value: nosuch. 'nosuch' is not valid under any of the given schemas"],
    ['an image that is not there', 1, { imageRef: '00000000-0000-0000-0000-000000000001' }, 'Can not find requested image'],
    ['no image', 1, { imageRef: '' }, 'Missing imageRef attribute'],
    ['a flavor that is not there', 1, { flavorRef: '99' }, 'Flavor 99 could not be found.'],
    ['a network that is not there', 1, { networks: [{ uuid: '00000000-0000-0000-0000-000000000001' }] }, 'Network 00000000-0000-0000-0000-000000000001 could not be found.'],
    ['a network that is no id', 1, { networks: [{ uuid: 'x' }] }, 'Bad networks format: network uuid is not in proper format (x)'],
    ['neither network nor port', 1, { networks: [{ port: null }] }, "Bad network format: missing 'uuid'"],
    ['a port twice', 1, { networks: Array(2).fill({ port: '00000000-0000-0000-0000-000000000001' }) }, "Port ID '00000000-0000-0000-0000-000000000001' was specified twice: you cannot attach a port multiple times."],
    ['a key that is not there', 1, { key_name: 'nosuch' }, 'Invalid key_name provided.'],
    ['a security group that is not there', 1, { security_groups: [{ name: 'nosuch' }] }, "Unable to find security_group with name or id 'nosuch'"],
    ['a zone that is not there', 1, { availability_zone: 'nosuch' }, 'The requested availability zone is not available'],
    ['a host that is not there', 74, { host: 'nosuch' }, 'Compute host nosuch could not be found.'],
    ['two hosts', 74, { host: 'a', hypervisor_hostname: 'b' }, 'No host is both a and b.'],
    ['a host in both ways', 74, { host: 'compute1', availability_zone: 'nova:compute1' }, 'One mechanism with host and/or hypervisor_hostname and another mechanism with zone:host:node are mutually exclusive.'],
    ['user_data that is no base64', 1, { user_data: '%%%' }, "Invalid input for field/attribute user_data. Value: %%%. '%%%' is not a 'base64'"],
    ['metadata that is too long', 1, { metadata: { k: long } }, `Invalid input for field/attribute k. Value: ${long}. '${long}' is too long`],
    ['more at least than at most', 1, { min_count: 3, max_count: 2 }, 'min_count must be <= max_count'],
    ['files', 1, { personality: [{ path: '/a', contents: 'aGk=' }] }, 'File injection (personality) is not supported: pass user_data.'],
    ['certificates', 63, { trusted_image_certificates: ['a'] }, 'Trusted image certificates are not supported.'],
    ['a volume', 1, { block_device_mapping_v2: [{ source_type: 'volume', destination_type: 'volume', uuid: 'v', boot_index: 0 }] }, 'Block Device Mapping is Invalid: there are no volumes here. A server boots from an image onto its host (source_type image, destination_type local, boot_index 0).'],
    ['a volume, as of old', 1, { block_device_mapping: [{ device_name: 'vda' }] }, 'Block Device Mapping is Invalid: there are no volumes here. A server boots from an image onto its host (source_type image, destination_type local, boot_index 0).'],
  ])('%s, at 2.%i', async (_what, version, extra, message) => {
    expect(await boot(extra, { version })).toMatchObject({ status: 400, body: { badRequest: { code: 400, message } } });
  });

  test('scheduler hints: what is unknown is taken, what cannot be kept is refused', async () => {
    const body = (hints: object) => ({ body: { server: { name: 'h', flavorRef: '1', imageRef: nova.image.id, networks: [] }, 'os:scheduler_hints': hints } });
    expect((await nova.ask('POST /servers', body({ mine: 'x' }))).status).toBe(202);
    expect(await nova.ask('POST /servers', body({ group: randomUUID() }))).toMatchObject({ status: 400, body: { badRequest: { message: 'The scheduler hint group is not supported.' } } });
  });

  test('what is refused leaves nothing behind', async () => {
    const before = await nova.store.prisma.instance.count();
    await boot({ key_name: 'nosuch' });
    expect(await nova.store.prisma.instance.count()).toBe(before);
  });
});

describe('changes', () => {
  test('name, description and access addresses', async () => {
    const { id } = await nova.addInstance({ name: 'old' });
    const reply = await nova.ask(`PUT /servers/${id}`, { version: 19, body: { server: { name: 'new', description: null, accessIPv6: '::babe:dc0c:0000:1602' } } });
    expect(serverOf(reply)).toMatchObject({ name: 'new', description: null, accessIPv6: '::babe:dc0c:0:1602' });
    expect(await nova.ask(`PUT /servers/${id}`, { body: { server: { description: 'x' } } })).toMatchObject({ status: 400 });
    expect((await nova.ask(`PUT /servers/${id}`, { body: { server: {} } })).status).toBe(200);
  });

  test('metadata', async () => {
    const { id } = await nova.addInstance({ name: 'meta', metadata: { k: 'v' } });
    const path = `/servers/${id}/metadata`;
    expect((await nova.ask(`GET ${path}`)).body).toEqual({ metadata: { k: 'v' } });
    expect((await nova.ask(`POST ${path}`, { body: { metadata: { x: 'y' } } })).body).toEqual({ metadata: { k: 'v', x: 'y' } });
    expect((await nova.ask(`GET ${path}/x`)).body).toEqual({ meta: { x: 'y' } });
    expect(await nova.ask(`GET ${path}/zz`)).toMatchObject({ status: 404, body: { itemNotFound: { code: 404, message: 'Metadata item was not found' } } });
    expect((await nova.ask(`PUT ${path}/x`, { body: { meta: { x: 'z' } } })).body).toEqual({ meta: { x: 'z' } });
    expect(await nova.ask(`PUT ${path}/x`, { body: { meta: { y: 'z' } } })).toMatchObject({ status: 400, body: { badRequest: { message: 'Request body and URI mismatch' } } });
    expect(await nova.ask(`DELETE ${path}/x`)).toMatchObject({ status: 204, text: '' });
    expect((await nova.ask(`DELETE ${path}/x`)).status).toBe(404);
    expect((await nova.ask(`PUT ${path}`, { body: { metadata: { only: 'this' } } })).body).toEqual({ metadata: { only: 'this' } });
    expect(await nova.ask(`POST ${path}`, { body: { metadata: { 'a/b': 'c' } } })).toMatchObject({
      status: 400,
      body: { badRequest: { message: "Invalid input for field/attribute metadata. Value: {'a/b': 'c'}. 'a/b' does not match any of the regexes: '^[a-zA-Z0-9-_:. ]{1,255}$'" } },
    });
  });

  test('tags, since 2.26', async () => {
    const { id } = await nova.addInstance({ name: 'tagged', tags: ['a'] });
    const path = `/servers/${id}/tags`;
    const ask = (call: string, extra: Call = {}) => nova.ask(call, { version: 26, ...extra });
    expect(await nova.ask(`GET ${path}`)).toMatchObject({ status: 404, body: { itemNotFound: { code: 404, message: 'The resource could not be found.' } } });
    expect((await ask(`GET ${path}`)).body).toEqual({ tags: ['a'] });
    expect(await ask(`PUT ${path}/new`)).toMatchObject({ status: 201, text: '', headers: { location: `${root}/v2.1${path}/new` } });
    expect((await ask(`PUT ${path}/new`)).status).toBe(204);
    expect((await ask(`GET ${path}/new`)).status).toBe(204);
    expect(await ask(`GET ${path}/zz`)).toMatchObject({ status: 404, body: { itemNotFound: { message: `Server ${id} has no tag 'zz'` } } });
    expect((await ask(`DELETE ${path}/a`)).status).toBe(204);
    expect((await ask(`DELETE ${path}/a`)).status).toBe(404);
    expect(await ask(`PUT ${path}/a,b`)).toMatchObject({
      status: 400,
      body: { badRequest: { message: "Tag 'a,b' is invalid. It must be a non empty string without characters '/' and ','. Validation error message: 'a,b' does not match '^[^,/]*$'" } },
    });
    expect((await ask(`PUT ${path}`, { body: { tags: Array.from({ length: 50 }, (_, index) => `t${index}`) } })).status).toBe(200);
    expect(await ask(`PUT ${path}/more`)).toMatchObject({ status: 400, body: { badRequest: { message: 'The number of tags exceeded the per-server limit 50' } } });
    expect((await ask(`DELETE ${path}`)).status).toBe(204);
    expect((await ask(`GET ${path}`)).body).toEqual({ tags: [] });
  });
});

describe('actions', () => {
  const act = (id: string, body: object, call: Call = {}) => nova.ask(`POST /servers/${id}/action`, { body, ...call });

  test.each<[object, object]>([
    [{ 'os-stop': null }, { power: 'stopped', task: 'powering-off' }],
    [{ pause: null }, { power: 'paused', task: 'pausing' }],
    [{ reboot: { type: 'SOFT' } }, { restarts: 1, restartHard: false, task: 'rebooting' }],
    [{ reboot: { type: 'Hard' } }, { restarts: 1, restartHard: true, task: 'rebooting_hard' }],
    [{ forceDelete: null }, { power: 'absent', task: 'deleting' }],
  ])('%j of one that runs: 202 and nothing', async (body, columns) => {
    const { id } = await nova.addInstance({ name: 'acted' });
    expect(await act(id, body)).toMatchObject({ status: 202, text: '', headers: { 'content-type': 'application/json' } });
    expect(await nova.store.prisma.instance.findUniqueOrThrow({ where: { id } })).toMatchObject({ generation: 2, ...columns });
  });

  test('one that is stopped starts, and not twice', async () => {
    const { id } = await nova.addInstance({ name: 'stopped', power: 'stopped', observedPower: 'stopped' });
    expect(await act(id, { 'os-stop': null })).toMatchObject({ status: 409, body: { conflictingRequest: { code: 409, message: `Cannot 'stop' instance ${id} while it is in vm_state stopped` } } });
    expect((await act(id, { 'os-start': null })).status).toBe(202);
    expect((await act(id, { 'os-start': null })).status).toBe(409);
  });

  test('DELETE: 204, and it is deleting', async () => {
    const { id } = await nova.addInstance({ name: 'deleted' });
    expect(await nova.ask(`DELETE /servers/${id}`)).toMatchObject({ status: 204, text: '' });
    expect(serverOf(await nova.ask(`GET /servers/${id}`))).toMatchObject({ status: 'ACTIVE', 'OS-EXT-STS:task_state': 'deleting' });
  });

  test('an administrator sees those that are deleted', async () => {
    const deletedAt = new Date('2026-11-22T13:13:32.100Z');
    const { id } = await nova.addInstance({ name: 'gone', deletedAt, power: 'absent', observedPower: 'absent' });
    expect(serversOf(await nova.ask('GET /servers/detail?deleted=true&name=^gone$'))).toMatchObject([{ id, status: 'DELETED', 'OS-SRV-USG:terminated_at': '2026-11-22T13:13:32.000000', 'OS-EXT-STS:vm_state': 'deleted', 'OS-EXT-STS:power_state': 0 }]);
    expect(namesOf(await nova.ask('GET /servers?status=DELETED&name=^gone$'))).toEqual(['gone']);
    expect((await nova.ask(`GET /servers/${id}`)).status).toBe(404);
  });

  test('locked, it is only its administrator’s; the first reason stays', async () => {
    const { id } = await nova.addInstance({ name: 'locked', projectId: nova.demo.projectId, userId: nova.demo.userId });
    expect(await act(id, { lock: null }, asDemo())).toMatchObject({ status: 202, text: '' });
    expect((await act(id, { lock: { locked_reason: 'keep' } }, { ...asDemo(), version: 73 })).status).toBe(202);
    expect(serverOf(await nova.ask(`GET /servers/${id}`, { ...asDemo(), version: 73 }))).toMatchObject({ locked: true, locked_reason: null });
    for (const reply of [await act(id, { 'os-stop': null }, asDemo()), await nova.ask(`DELETE /servers/${id}`, asDemo())]) {
      expect(reply).toMatchObject({ status: 409, body: { conflictingRequest: { code: 409, message: `Instance ${id} is locked` } } });
    }
    expect((await act(id, { unlock: null }, asDemo())).status).toBe(202);
    await act(id, { lock: { locked_reason: 'keep' } }, { version: 73 });
    expect(serverOf(await nova.ask(`GET /servers/${id}`, { version: 73 }))).toMatchObject({ locked: true, locked_reason: 'keep' });
  });

  test.each<[object, number, string]>([
    [{}, 1, 'Malformed request body'],
    [{ 'os-stop': null, 'os-start': null }, 1, 'Malformed request body'],
    [{ fly: null }, 1, 'There is no such action: fly'],
    [{ toString: null }, 1, 'There is no such action: toString'],
    [{ reboot: {} }, 1, "Invalid input for field/attribute reboot. Value: {}. 'type' is a required property"],
    [{ reboot: { type: 'MILD' } }, 1, "Invalid input for field/attribute type. Value: MILD. 'MILD' is not one of ['HARD', 'Hard', 'hard', 'SOFT', 'Soft', 'soft']"],
    [{ lock: { nope: 1 } }, 73, "Invalid input for field/attribute lock. Value: {'nope': 1}. Additional properties are not allowed ('nope' was unexpected)"],
    [{ 'os-getVNCConsole': { type: 'novnc' } }, 1, 'Unavailable console type novnc.'],
    [{ 'os-getVNCConsole': { type: 'novnc' } }, 6, 'There is no such action: os-getVNCConsole'],
  ])('%j at 2.%i: 400', async (body, version, message) => {
    expect(await act(raw2.id, body, { version })).toMatchObject({ status: 400, body: { badRequest: { code: 400, message } } });
  });

  test.each<[object, string]>([
    [{ createImage: { name: 's' } }, 'Making an image of a server is not supported by this cloud.'],
    [{ resize: { flavorRef: '2' } }, 'Resizing a server is not supported by this cloud.'],
    [{ suspend: null }, 'Suspending a server (pause does the like) is not supported by this cloud.'],
    [{ addSecurityGroup: { name: 'x' } }, "A security group other than 'default' is not supported by this cloud."],
    [{ migrate: null }, 'Migrating a server is not supported by this cloud.'],
  ])('%j is refused before anything is done', async (body, message) => {
    expect(await act(raw2.id, body)).toMatchObject({ status: 501, body: { notImplemented: { code: 501, message } } });
    expect(await nova.store.prisma.instanceAction.count({ where: { instanceId: raw2.id } })).toBe(0);
  });

  test.each(['resume', 'unrescue', 'unshelve', 'shelveOffload', 'confirmResize', 'revertResize', 'restore'])('%s: it never is in the state for it', async (name) => {
    expect(await act(raw2.id, { [name]: null })).toMatchObject({ status: 409, body: { conflictingRequest: { message: `Cannot '${name}' instance ${raw2.id} while it is in vm_state active` } } });
  });

  test('what is an administrator’s is refused as such', async () => {
    expect(await act(raw2.id, { migrate: null }, asDemo())).toMatchObject({ status: 403, body: { forbidden: { message: "Policy doesn't allow os_compute_api:os-migrate-server:migrate to be performed." } } });
  });

  test('the console, without control characters', async () => {
    const output = async (argument: object) => (await act(raw2.id, { 'os-getConsoleOutput': argument })).body;
    expect(await output({ length: 50 })).toEqual({ output: 'FAKE CONSOLE OUTPUT\nANOTHER\nLAST LINE' });
    expect(await output({})).toEqual({ output: 'FAKE CONSOLE OUTPUT\nANOTHER\nLAST LINE' });
    expect(await output({ length: '2' })).toEqual({ output: 'ANOTHER\nLAST LINE' });
    expect(await output({ length: -1 })).toEqual({ output: 'FAKE CONSOLE OUTPUT\nANOTHER\nLAST LINE' });
  });

  test('a console with a screen, since 2.6: there is none', async () => {
    const call: Call = { version: 6, body: { remote_console: { protocol: 'vnc', type: 'novnc' } } };
    expect(await nova.ask(`POST /servers/${raw2.id}/remote-consoles`, call)).toMatchObject({ status: 400, body: { badRequest: { message: 'Unavailable console type novnc.' } } });
  });

  test('what was done, in each microversion’s shape', async () => {
    const { id } = await nova.addInstance({ name: 'history' });
    const { headers } = await act(id, { 'os-stop': null });
    const requestId = headers['x-compute-request-id'];
    await nova.store.prisma.instanceAction.updateMany({ where: { instanceId: id }, data: { startedAt: new Date('2026-11-22T13:13:22.5Z'), finishedAt: new Date('2026-11-22T13:13:23.5Z'), result: 'Success' } });
    const action = { action: 'stop', instance_uuid: id, request_id: requestId, user_id: nova.admin.userId, project_id: nova.admin.projectId, start_time: '2026-11-22T13:13:22.000000', message: null };
    const since58 = { ...action, updated_at: '2026-11-22T13:13:23.000000' };
    const event = { event: 'compute_stop_instance', start_time: '2026-11-22T13:13:22.000000', finish_time: '2026-11-22T13:13:23.000000', result: 'Success', traceback: null };
    const path = `/servers/${id}/os-instance-actions`;
    expect((await nova.ask(`GET ${path}`)).body).toEqual({ instanceActions: [action] });
    expect((await nova.ask(`GET ${path}?limit=1`, { version: 58 })).body).toEqual({ instanceActions: [since58], links: [{ rel: 'next', href: `${root}/v2.1${path}?limit=1&marker=${requestId}` }] });
    expect((await nova.ask(`GET ${path}?marker=${requestId}`, { version: 58 })).body).toEqual({ instanceActions: [] });
    expect((await nova.ask(`GET ${path}?changes-since=2026-11-22T14:00:00Z`, { version: 58 })).body).toEqual({ instanceActions: [] });
    expect((await nova.ask(`GET ${path}/${requestId}`)).body).toEqual({ instanceAction: { ...action, events: [event] } });
    expect((await nova.ask(`GET ${path}/${requestId}`, { version: 62 })).body).toEqual({ instanceAction: { ...since58, events: [{ ...event, host: null, hostId: '' }] } });
    expect((await nova.ask(`GET ${path}/${requestId}`, { version: 84 })).body).toEqual({ instanceAction: { ...since58, events: [{ ...event, host: null, hostId: '', details: null }] } });
    expect((await nova.ask(`GET ${path}/req-nosuch`)).status).toBe(404);
    await nova.store.prisma.instance.update({ where: { id }, data: { deletedAt: new Date() } });
    expect((await nova.ask(`GET ${path}`, { version: 20 })).status).toBe(404);
    expect((await nova.ask(`GET ${path}`, { version: 21 })).body).toEqual({ instanceActions: [action] });
  });
});

describe('what belongs to a server', () => {
  test('addresses and interfaces', async () => {
    expect((await nova.ask(`GET /servers/${raw2.id}/ips`)).body).toEqual({ addresses: { private_network: [{ version: 4, addr: '192.168.1.234' }] } });
    expect((await nova.ask(`GET /servers/${raw2.id}/ips/private_network`)).body).toEqual({ private_network: [{ version: 4, addr: '192.168.1.234' }] });
    expect(await nova.ask(`GET /servers/${raw2.id}/ips/nosuch`)).toMatchObject({ status: 404, body: { itemNotFound: { message: 'Instance is not a member of specified network' } } });
    const port = await nova.store.prisma.port.findFirstOrThrow({ where: { deviceId: raw2.id } });
    const attachment = { net_id: nova.network.id, port_id: port.id, mac_addr: 'fa:16:3e:00:00:01', port_state: 'ACTIVE', fixed_ips: [{ subnet_id: nova.network.subnets[0]!.id, ip_address: '192.168.1.234' }] };
    expect((await nova.ask(`GET /servers/${raw2.id}/os-interface`)).body).toEqual({ interfaceAttachments: [attachment] });
    expect((await nova.ask(`GET /servers/${raw2.id}/os-interface`, { version: 70 })).body).toEqual({ interfaceAttachments: [{ ...attachment, tag: null }] });
    expect((await nova.ask(`GET /servers/${raw2.id}/os-interface/${port.id}`)).body).toEqual({ interfaceAttachment: attachment });
    expect((await nova.ask(`GET /servers/${raw2.id}/os-interface/nosuch`)).status).toBe(404);
    expect((await nova.ask(`POST /servers/${raw2.id}/os-interface`, { body: { interfaceAttachment: {} } })).status).toBe(501);
  });

  test('the one security group of its project', async () => {
    const [group] = ((await nova.ask(`GET /servers/${raw2.id}/os-security-groups`)).body as unknown as { security_groups: { id: string }[] }).security_groups;
    const rule = (cidr: string) => ({ id: expect.any(String) as unknown, parent_group_id: group?.id, ip_protocol: null, from_port: null, to_port: null, group: {}, ip_range: { cidr } });
    expect(group).toEqual({ id: expect.any(String) as unknown, name: 'default', description: 'Default security group', tenant_id: nova.admin.projectId, rules: [rule('0.0.0.0/0'), rule('::/0')] });
    expect((await nova.ask('GET /os-security-groups', { version: 35 })).body).toEqual({ security_groups: [group] });
    expect((await nova.ask('GET /os-security-groups', { version: 36 })).status).toBe(404);
    const server = { name: 'grouped', flavorRef: '1', imageRef: nova.image.id, security_groups: [{ name: group?.id }] };
    expect(await nova.ask('POST /servers', { body: { server } })).toMatchObject({ status: 202, body: { server: { security_groups: [{ name: group?.id }] } } });
  });

  test('no volumes', async () => {
    expect((await nova.ask(`GET /servers/${raw2.id}/os-volume_attachments`)).body).toEqual({ volumeAttachments: [] });
  });

  test('topology, since 2.78', async () => {
    expect((await nova.ask(`GET /servers/${raw2.id}/topology`, { version: 78 })).body).toEqual({ nodes: [], pagesize_kb: null });
    expect((await nova.ask(`GET /servers/${raw2.id}/topology`, { version: 77 })).status).toBe(404);
  });

  test('diagnostics, for administrators', async () => {
    expect((await nova.ask(`GET /servers/${raw2.id}/diagnostics`)).body).toEqual({
      cpu0_time: 17_300_000_000, memory: 524_288, 'memory-actual': 262_144, pids: 3, disk_read: 262_144, disk_write: 5_778_432, eth0_rx: 2_070_139, eth0_rx_packets: 26_701, eth0_tx: 140_208, eth0_tx_packets: 662,
    });
    expect((await nova.ask(`GET /servers/${raw2.id}/diagnostics`, { version: 48 })).body).toEqual({
      state: 'running', driver: 'libvirt', hypervisor: 'docker', hypervisor_os: 'linux', uptime: expect.any(Number) as unknown, config_drive: false, num_cpus: 1, num_nics: 1, num_disks: 1,
      disk_details: [{ read_bytes: 262_144, read_requests: null, write_bytes: 5_778_432, write_requests: null, errors_count: null }],
      cpu_details: [{ id: 0, time: 17_300_000_000, utilisation: 15 }],
      nic_details: [{ mac_address: 'fa:16:3e:77:8a:ee', rx_octets: 2_070_139, rx_errors: null, rx_drop: null, rx_packets: 26_701, rx_rate: null, tx_octets: 140_208, tx_errors: null, tx_drop: null, tx_packets: 662, tx_rate: null }],
      memory_details: { maximum: 512, used: 256 },
    });
    expect(await nova.ask(`GET /servers/${raw2.id}/diagnostics`, asDemo())).toMatchObject({ status: 403 });
  });
});
