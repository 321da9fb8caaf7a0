import { randomUUID } from 'node:crypto';
import { bootstrapNetwork } from '@novadock/cloud';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createIdentityCloud, type Call, type IdentityCloud, type Reply } from './identity-cloud.ts';

type Member = Awaited<ReturnType<IdentityCloud['addUser']>>;

let cloud: IdentityCloud;
let demo: Member;
let other: Member;
beforeAll(async () => {
  cloud = await createIdentityCloud();
  await bootstrapNetwork(cloud.cloud);
  [demo, other] = [await cloud.addUser('demo'), await cloud.addUser('other')];
});
afterAll(() => cloud.close());

type Item = Record<string, unknown> & { id: string };

const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as string;
const uuid = expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/) as string;
const missing = '00000000-0000-0000-0000-000000000001';

const as = (token: string) => (call: string, options: Call = {}) => cloud.ask(call.replace(' ', ' /network'), { token, ...options });
const asDemo = (call: string, options?: Call) => as(demo.token)(call, options);
const asOther = (call: string, options?: Call) => as(other.token)(call, options);
const asAdmin = (call: string, options?: Call) => as(cloud.admin)(call, options);
const fault = (status: number, type: string, message: string) => ({ status, body: { NeutronError: { type, message, detail: '' } } });

function itemOf(reply: Reply, kind: 'network' | 'subnet' | 'port'): Item {
  expect(reply, reply.text).toMatchObject({ status: 201 });
  return (reply.body as Record<string, Item>)[kind] as Item;
}

const listOf = (reply: Reply, kind: string) => (reply.body as Record<string, Item[]>)[kind] ?? [];
const makeNetwork = async (network: object = {}, ask = asDemo) => itemOf(await ask('POST /v2.0/networks', { body: { network } }), 'network');
const makeSubnet = async (subnet: object, ask = asDemo) => itemOf(await ask('POST /v2.0/subnets', { body: { subnet: { ip_version: 4, cidr: '192.168.88.0/24', ...subnet } } }), 'subnet');
const makePort = async (port: object, ask = asDemo) => itemOf(await ask('POST /v2.0/ports', { body: { port } }), 'port');

async function makeWired(subnet: object = {}): Promise<{ network: Item; subnet: Item }> {
  const network = await makeNetwork({ name: 'wired' });
  return { network, subnet: await makeSubnet({ network_id: network.id, ...subnet }) };
}

test('the versions need no token, all else does', async () => {
  const versions = { versions: [{ id: 'v2.0', status: 'CURRENT', links: [{ rel: 'self', href: 'http://cloud.test/network/v2.0/' }] }] };
  for (const path of ['/network', '/network/']) expect(await cloud.ask(`GET ${path}`)).toMatchObject({ status: 200, body: versions });
  for (const path of ['/v2.0', '/v2.0/networks', '/v2.0/nosuch']) {
    expect(await cloud.ask(`GET /network${path}`)).toMatchObject({
      status: 401, body: { error: { code: 401, title: 'Unauthorized', message: 'The request you have made requires authentication.' } }, headers: { 'www-authenticate': 'Keystone uri="http://cloud.test/identity"' },
    });
  }
  expect(await asDemo('GET /v2.0/')).toMatchObject({ status: 200, body: { resources: [{ name: 'network', collection: 'networks' }, { name: 'subnet' }, { name: 'port' }] } });
  expect(await asDemo('GET /v2.0/nosuch')).toMatchObject(fault(404, 'HTTPNotFound', 'The resource could not be found.'));
  expect(await asDemo('GET /v2.0/networks/')).toMatchObject({ status: 404 });
});

test('a network is made, shown, changed and deleted', async () => {
  const created = await asDemo('POST /v2.0/networks', { body: { network: { name: 'rawnet', admin_state_up: true } } });
  expect(created.status).toBe(201);
  const network = {
    id: uuid, name: 'rawnet', tenant_id: demo.projectId, admin_state_up: true, mtu: 1500, status: 'ACTIVE', subnets: [], shared: false, project_id: demo.projectId, 'router:external': false,
    availability_zone_hints: [], availability_zones: [], ipv4_address_scope: null, ipv6_address_scope: null, description: '', tags: [], created_at: time, updated_at: time, revision_number: 1,
  };
  expect(created.body).toEqual({ network });
  const { id } = itemOf(created, 'network');
  const subnet = await makeSubnet({ network_id: id });
  expect((await asDemo(`GET /v2.0/networks/${id}`)).body).toEqual({ network: { ...network, subnets: [subnet.id], revision_number: 2 } });
  expect(await asDemo('GET /v2.0/networks/rawnet')).toMatchObject(fault(404, 'NetworkNotFound', 'Network rawnet could not be found.'));
  expect(await asDemo(`GET /v2.0/networks/${missing}`)).toMatchObject(fault(404, 'NetworkNotFound', `Network ${missing} could not be found.`));
  expect((await asDemo(`PUT /v2.0/networks/${id}`, { body: { network: { name: 'renamed', mtu: 1400 } } })).body).toMatchObject({ network: { name: 'renamed', mtu: 1400, revision_number: 3 } });
  expect(await asDemo(`DELETE /v2.0/networks/${id}`)).toMatchObject({ status: 204, text: '' });
  expect(await asDemo(`GET /v2.0/subnets/${subnet.id}`)).toMatchObject({ status: 404 });
  expect(await asDemo(`DELETE /v2.0/networks/${id}`)).toMatchObject({ status: 404 });
});

test.for<[unknown, string]>([
  [{ network: { name: 'x', colour: 'red' } }, "Unrecognized attribute(s) 'colour'"],
  ['{oops', 'Body contains invalid data'],
  [{ x: {} }, "Unable to find 'network' in request body"],
  [{ networks: [] }, 'Resources required'],
  [{ network: { status: 'ACTIVE' } }, "Attribute 'status' not allowed in POST"],
  [{ network: { name: 5 } }, "Invalid input for name. Reason: '5' is not a valid string."],
  [{ network: { shared: 'perhaps' } }, "Invalid input for shared. Reason: 'perhaps' cannot be converted to boolean."],
  [{ network: { admin_state_up: false } }, "Invalid input for admin_state_up. Reason: 'false' is not supported: networks and ports are always up."],
  [{ network: { tenant_id: 'x' } }, "Specifying 'project_id' or 'tenant_id' other than the authenticated project in request requires admin privileges"],
  [{ network: { tenant_id: 'x', project_id: 'y' } }, "'project_id' and 'tenant_id' do not match"],
])('the network %j is refused', async ([body, message]) => {
  expect(await asDemo('POST /v2.0/networks', { body })).toMatchObject(fault(400, 'HTTPBadRequest', message));
});

test('what only administrators may is refused, naming the rule', async () => {
  for (const [attribute, value] of [['provider:network_type', 'vlan'], ['shared', true], ['router:external', true]] as const) {
    expect(await asDemo('POST /v2.0/networks', { body: { network: { name: 'x', [attribute]: value } } }))
      .toMatchObject(fault(403, 'PolicyNotAuthorized', `(rule:create_network and rule:create_network:${attribute}) is disallowed by policy`));
  }
  expect(await makeNetwork({ shared: false })).toMatchObject({ shared: false });
  expect(await makeNetwork({ name: 'for-demo', project_id: demo.projectId }, asAdmin)).toMatchObject({ project_id: demo.projectId });
});

test('several networks are made at once, all or none', async () => {
  const reply = await asDemo('POST /v2.0/networks', { body: { networks: [{ name: 'one' }, { name: 'two' }] } });
  expect(reply).toMatchObject({ status: 201, body: { networks: [{ name: 'one' }, { name: 'two' }] } });
  expect(await asDemo('POST /v2.0/networks', { body: { networks: [{ name: 'three' }, { name: 'four', mtu: 10 }] } })).toMatchObject({ status: 400 });
  expect(listOf(await asDemo('GET /v2.0/networks?name=three'), 'networks')).toEqual([]);
});

test('members see their own, shared and external networks; they change only their own; administrators see all', async () => {
  const [theirs, shared, external] = [await makeNetwork({ name: 'theirs' }, asOther), await makeNetwork({ name: 'all', shared: true }, asAdmin), await makeNetwork({ name: 'ext', 'router:external': true }, asAdmin)];
  const seen = listOf(await asDemo('GET /v2.0/networks'), 'networks').map(({ id }) => id);
  expect(seen).toEqual(expect.arrayContaining([shared.id, external.id]));
  expect(seen).not.toContain(theirs.id);
  expect(listOf(await asAdmin('GET /v2.0/networks'), 'networks').map(({ id }) => id)).toContain(theirs.id);
  expect(await asDemo(`GET /v2.0/networks/${theirs.id}`)).toMatchObject({ status: 404 });
  expect(await asDemo(`DELETE /v2.0/networks/${shared.id}`)).toMatchObject(fault(403, 'PolicyNotAuthorized', 'rule:delete_network is disallowed by policy'));
  expect(await asDemo(`PUT /v2.0/networks/${shared.id}`, { body: { network: { name: 'x' } } })).toMatchObject(fault(403, 'PolicyNotAuthorized', 'rule:update_network is disallowed by policy'));
  expect(await asDemo('POST /v2.0/subnets', { body: { subnet: { network_id: shared.id, ip_version: 4, cidr: '10.0.0.0/24' } } })).toMatchObject({ status: 403 });
  expect(await asDemo('POST /v2.0/ports', { body: { port: { network_id: external.id } } })).toMatchObject(fault(403, 'PolicyNotAuthorized', 'rule:create_port is disallowed by policy'));
  const port = await makePort({ network_id: shared.id });
  expect(await asAdmin(`PUT /v2.0/networks/${shared.id}`, { body: { network: { shared: false } } }))
    .toMatchObject(fault(409, 'InvalidSharedSetting', `Unable to reconfigure sharing settings for network ${shared.id}. Multiple tenants are using it.`));
  await asDemo(`DELETE /v2.0/ports/${port.id}`);
  expect(await asAdmin(`PUT /v2.0/networks/${shared.id}`, { body: { network: { shared: false } } })).toMatchObject({ status: 200 });
  for (const { id } of [shared, external]) await asAdmin(`DELETE /v2.0/networks/${id}`);
});

test('a network with ports cannot be deleted', async () => {
  const { network, subnet } = await makeWired();
  const port = await makePort({ network_id: network.id });
  expect(await asDemo(`DELETE /v2.0/networks/${network.id}`)).toMatchObject(
    fault(409, 'NetworkInUse', `Unable to complete operation on network ${network.id}. There are one or more ports still in use on the network, id for these ports is: ${port.id}.`),
  );
  expect(await asDemo(`DELETE /v2.0/subnets/${subnet.id}`)).toMatchObject(
    fault(409, 'SubnetInUse', `Unable to complete operation on subnet ${subnet.id}: One or more ports have an IP allocation from this subnet.`),
  );
  expect(await asDemo(`DELETE /v2.0/ports/${port.id}`)).toMatchObject({ status: 204, text: '' });
  expect(await asDemo(`DELETE /v2.0/subnets/${subnet.id}`)).toMatchObject({ status: 204 });
  expect(await asDemo(`DELETE /v2.0/networks/${network.id}`)).toMatchObject({ status: 204 });
});

test('a subnet says what it gives', async () => {
  const { network, subnet } = await makeWired({ name: 'rawsub' });
  expect(subnet).toEqual({
    id: uuid, name: 'rawsub', tenant_id: demo.projectId, network_id: network.id, ip_version: 4, subnetpool_id: null, enable_dhcp: true, ipv6_ra_mode: null, ipv6_address_mode: null,
    gateway_ip: '192.168.88.1', cidr: '192.168.88.0/24', allocation_pools: [{ start: '192.168.88.2', end: '192.168.88.254' }], host_routes: [], dns_nameservers: [], description: '',
    service_types: [], tags: [], created_at: time, updated_at: time, revision_number: 0, project_id: demo.projectId,
  });
  expect((await asDemo(`GET /v2.0/subnets/${subnet.id}`)).body).toEqual({ subnet });
  const change = { name: 'x', dns_nameservers: ['9.9.9.9'], host_routes: [{ destination: '10.0.0.0/8', nexthop: '192.168.88.9' }], allocation_pools: [{ start: '192.168.88.10', end: '192.168.88.20' }], gateway_ip: null };
  expect((await asDemo(`PUT /v2.0/subnets/${subnet.id}`, { body: { subnet: change } })).body).toMatchObject({ subnet: { ...change, revision_number: 1 } });
  expect(await asDemo(`PUT /v2.0/subnets/${subnet.id}`, { body: { subnet: { cidr: '10.0.0.0/8' } } })).toMatchObject(fault(400, 'HTTPBadRequest', 'Cannot update read-only attribute cidr'));
});

test.for<[string, object, number, string, string]>([
  ['no cidr', { cidr: '999.1.1.0/24' }, 400, 'InvalidInput', 'Invalid input for operation: 999.1.1.0/24 is not in a CIDR format.'],
  ['no version', { ip_version: undefined }, 400, 'HTTPBadRequest', "Failed to parse request. Required attribute 'ip_version' not specified"],
  ['an unknown version', { ip_version: 5 }, 400, 'HTTPBadRequest', "Invalid input for ip_version. Reason: '5' is not in [4, 6]."],
  ['the other version', { ip_version: 6 }, 400, 'InvalidInput', "Invalid input for operation: cidr '192.168.88.0/24' does not match the ip_version '6'."],
  ['bits beyond the prefix', { cidr: '192.168.88.5/24' }, 400, 'HTTPBadRequest', "Invalid input for cidr. Reason: '192.168.88.5/24' isn't a recognized IP subnet cidr, '192.168.88.0/24' is recommended."],
  ['a gateway outside', { gateway_ip: '10.0.0.1' }, 400, 'InvalidInput', 'Invalid input for operation: Gateway is not valid on subnet.'],
  ['a pool outside', { allocation_pools: [{ start: '192.168.88.2', end: '192.168.89.2' }] }, 400, 'OutOfBoundsAllocationPool', 'The allocation pool 192.168.88.2-192.168.89.2 spans beyond the subnet cidr 192.168.88.0/24.'],
  ['a pool backwards', { allocation_pools: [{ start: '192.168.88.9', end: '192.168.88.2' }] }, 400, 'InvalidAllocationPool', 'The allocation pool 192.168.88.9-192.168.88.2 is not valid.'],
  [
    'pools that overlap', { allocation_pools: [{ start: '192.168.88.9', end: '192.168.88.20' }, { start: '192.168.88.2', end: '192.168.88.9' }] }, 409, 'OverlappingAllocationPools',
    'Found overlapping allocation pools: 192.168.88.2-192.168.88.9 192.168.88.9-192.168.88.20 for subnet 192.168.88.0/24.',
  ],
  ['a gateway in the pool', { gateway_ip: '192.168.88.9', allocation_pools: [{ start: '192.168.88.2', end: '192.168.88.20' }] }, 409, 'GatewayConflictWithAllocationPools', 'Gateway ip 192.168.88.9 conflicts with allocation pool 192.168.88.2-192.168.88.20.'],
  ['router advertisements', { ipv6_ra_mode: 'slaac' }, 400, 'HTTPBadRequest', `Invalid input for ipv6_ra_mode. Reason: '"slaac"' is not supported: agents give instances their addresses themselves.`],
  ['a network that is not there', { network_id: missing }, 404, 'NetworkNotFound', `Network ${missing} could not be found.`],
])('a subnet with %s is refused', async ([, attributes, status, type, message]) => {
  const { id } = await makeNetwork();
  const reply = await asDemo('POST /v2.0/subnets', { body: { subnet: { network_id: id, ip_version: 4, cidr: '192.168.88.0/24', ...attributes } } });
  expect(reply).toMatchObject(fault(status, type, message));
});

test('subnets of one network do not overlap, those of two may', async () => {
  const { network } = await makeWired();
  expect(await asDemo('POST /v2.0/subnets', { body: { subnet: { network_id: network.id, ip_version: 4, cidr: '192.168.88.0/25' } } })).toMatchObject(
    fault(400, 'InvalidInput', `Invalid input for operation: Requested subnet with cidr: 192.168.88.0/25 for network: ${network.id} overlaps with another subnet.`),
  );
  await makeWired();
});

test('a gateway that a port has is not taken from it', async () => {
  const { network, subnet } = await makeWired({ gateway_ip: null, allocation_pools: [{ start: '192.168.88.100', end: '192.168.88.200' }] });
  const port = await makePort({ network_id: network.id, fixed_ips: [{ ip_address: '192.168.88.7' }] });
  expect(await asDemo(`PUT /v2.0/subnets/${subnet.id}`, { body: { subnet: { gateway_ip: '192.168.88.7' } } })).toMatchObject(
    fault(409, 'GatewayIpInUse', `Current gateway ip 192.168.88.7 already in use by port ${port.id}. Unable to update.`),
  );
});

test('a port gets an address, and administrators see where it is plugged', async () => {
  const { network, subnet } = await makeWired();
  const port = await makePort({ network_id: network.id, name: 'rawport' });
  const groups = listOf(await asDemo('GET /v2.0/security-groups'), 'security_groups');
  const shown = {
    id: uuid, name: 'rawport', network_id: network.id, tenant_id: demo.projectId, mac_address: expect.stringMatching(/^fa:16:3e(:[0-9a-f]{2}){3}$/) as string, admin_state_up: true, status: 'DOWN',
    device_id: '', device_owner: '', fixed_ips: [{ subnet_id: subnet.id, ip_address: '192.168.88.2' }], security_groups: [groups[0]?.id], description: '', 'binding:vnic_type': 'normal', tags: [],
    created_at: time, updated_at: time, revision_number: 1, project_id: demo.projectId,
  };
  expect(port).toEqual(shown);
  expect((await asAdmin(`GET /v2.0/ports/${port.id}`)).body).toEqual({ port: { ...shown, 'binding:profile': {}, 'binding:host_id': '', 'binding:vif_type': 'unbound', 'binding:vif_details': {} } });
  expect((await asDemo(`PUT /v2.0/ports/${port.id}`, { body: { port: { name: 'renamed' } } })).body).toMatchObject({ port: { name: 'renamed', revision_number: 2 } });
  expect(await asOther(`GET /v2.0/ports/${port.id}`)).toMatchObject(fault(404, 'PortNotFound', `Port ${port.id} could not be found.`));
  expect(await asDemo(`DELETE /v2.0/ports/${port.id}`)).toMatchObject({ status: 204 });
});

test('addresses as asked for, or refused with the reason', async () => {
  const { network, subnet } = await makeWired();
  const foreign = await makeSubnet({ network_id: (await makeNetwork()).id });
  const ask = (port: object) => asDemo('POST /v2.0/ports', { body: { port: { network_id: network.id, ...port } } });
  const addressesOf = (reply: Reply) => (itemOf(reply, 'port').fixed_ips as { ip_address: string }[]).map(({ ip_address: address }) => address);
  expect(addressesOf(await ask({ fixed_ips: [{ ip_address: '192.168.88.50' }] }))).toEqual(['192.168.88.50']);
  expect(addressesOf(await ask({ fixed_ips: [{ subnet_id: subnet.id }, { subnet_id: subnet.id }] }))).toEqual(['192.168.88.2', '192.168.88.3']);
  expect(addressesOf(await ask({ fixed_ips: [] }))).toEqual([]);
  expect(await ask({ fixed_ips: [{ ip_address: '192.168.88.50' }] })).toMatchObject(fault(409, 'IpAddressAlreadyAllocated', `IP address 192.168.88.50 already allocated in subnet ${subnet.id}`));
  expect(await ask({ fixed_ips: [{ ip_address: '10.9.9.9' }] })).toMatchObject(fault(400, 'InvalidIpForNetwork', 'IP address 10.9.9.9 is not a valid IP for any of the subnets on the specified network.'));
  expect(await ask({ fixed_ips: [{ subnet_id: subnet.id, ip_address: '10.9.9.9' }] })).toMatchObject(fault(400, 'InvalidIpForSubnet', 'IP address 10.9.9.9 is not a valid IP for the specified subnet.'));
  expect(await ask({ fixed_ips: [{ subnet_id: foreign.id }] })).toMatchObject(fault(400, 'InvalidInput', `Invalid input for operation: Failed to create port on network ${network.id}, because fixed_ips included invalid subnet ${foreign.id}.`));
  expect(await ask({ fixed_ips: [{ ip_address: '192.168.88.1' }] })).toMatchObject({ status: 409 });
  expect(await ask({ mac_address: 'fa:16:3e:00:00:01' })).toMatchObject({ status: 201, body: { port: { mac_address: 'fa:16:3e:00:00:01' } } });
  expect(await ask({ mac_address: 'FA:16:3E:00:00:01' })).toMatchObject(fault(409, 'MacAddressInUse', `Unable to complete operation for network ${network.id}. The mac address fa:16:3e:00:00:01 is in use.`));
  expect(await ask({ mac_address: 'nonsense' })).toMatchObject(fault(400, 'HTTPBadRequest', "Invalid input for mac_address. Reason: 'nonsense' is not a valid MAC address."));
  expect(await ask({ device_id: randomUUID() })).toMatchObject({ status: 400 });
  expect(await ask({ security_groups: [] })).toMatchObject({ status: 400 });
});

test('a network without an address left says so', async () => {
  const { network } = await makeWired({ allocation_pools: [{ start: '192.168.88.9', end: '192.168.88.9' }] });
  await makePort({ network_id: network.id });
  expect(await asDemo('POST /v2.0/ports', { body: { port: { network_id: network.id } } })).toMatchObject(fault(409, 'IpAddressGenerationFailure', `No more IP addresses available on network ${network.id}.`));
  expect(listOf(await asDemo(`GET /v2.0/ports?network_id=${network.id}`), 'ports')).toHaveLength(1);
});

test('the addresses of a port are changed: those that are named stay', async () => {
  const { network } = await makeWired();
  const port = await makePort({ network_id: network.id });
  const change = async (fixedIps: object[]) => (await asDemo(`PUT /v2.0/ports/${port.id}`, { body: { port: { fixed_ips: fixedIps } } })).body;
  expect(await change([{ ip_address: '192.168.88.2' }, { ip_address: '192.168.88.77' }])).toMatchObject({ port: { fixed_ips: [{ ip_address: '192.168.88.2' }, { ip_address: '192.168.88.77' }] } });
  expect(await change([{ ip_address: '192.168.88.77' }])).toMatchObject({ port: { fixed_ips: [{ ip_address: '192.168.88.77' }] } });
  expect(await makePort({ network_id: network.id })).toMatchObject({ fixed_ips: [{ ip_address: '192.168.88.2' }] });
});

test('ports that are made at the same time get different addresses', async () => {
  const { network } = await makeWired();
  const ports = await Promise.all(Array.from({ length: 12 }, () => makePort({ network_id: network.id })));
  expect(new Set(ports.map(({ fixed_ips: ips }) => (ips as { ip_address: string }[])[0]?.ip_address)).size).toBe(12);
});

test('lists are filtered by any attribute, and by any of several values', async () => {
  const { network, subnet } = await makeWired();
  const [one, two] = [await makePort({ network_id: network.id, name: 'one' }), await makePort({ network_id: network.id, name: 'two' })];
  const names = async (query: string) => listOf(await asDemo(`GET /v2.0/ports?network_id=${network.id}&${query}`), 'ports').map(({ name }) => name).sort();
  expect(await names('name=one')).toEqual(['one']);
  expect(await names('name=one&name=two')).toEqual(['one', 'two']);
  expect(await names(`id=${one.id}&id=${two.id}`)).toEqual(['one', 'two']);
  expect(await names('id=no-uuid')).toEqual([]);
  expect(await names(`mac_address=${String(two.mac_address)}`)).toEqual(['two']);
  expect(await names('fixed_ips=ip_address%3D192.168.88.2')).toEqual(['one']);
  expect(await names(`fixed_ips=subnet_id%3D${subnet.id}&fixed_ips=ip_address_substr%3D88.3`)).toEqual(['two']);
  expect(await names('device_id=')).toEqual(['one', 'two']);
  expect(await names('status=ACTIVE')).toEqual([]);
  expect(await names('admin_state_up=True')).toEqual(['one', 'two']);
  expect(await names(`tenant_id=${demo.projectId}&project_id=${demo.projectId}`)).toEqual(['one', 'two']);
  expect(await names(`tenant_id=${demo.projectId}&project_id=x`)).toEqual([]);
  expect(listOf(await asDemo(`GET /v2.0/subnets?cidr=192.168.88.0/24&ip_version=4&network_id=${network.id}`), 'subnets')).toMatchObject([{ id: subnet.id }]);
  expect(listOf(await asDemo('GET /v2.0/networks?shared=true'), 'networks')).toMatchObject([{ name: 'private_network' }]);
  expect(listOf(await asDemo('GET /v2.0/networks?router:external=True'), 'networks')).toEqual([]);
  expect(await asDemo('GET /v2.0/networks?colour=red')).toMatchObject(fault(400, 'HTTPBadRequest', "['colour'] is invalid attribute for filtering"));
});

test('fields are picked, also in the form of the old client', async () => {
  const { network } = await makeWired();
  const port = await makePort({ network_id: network.id, name: 'picked' });
  expect((await asDemo(`GET /v2.0/ports?network_id=${network.id}&fields=id&fields=name`)).body).toEqual({ ports: [{ id: port.id, name: 'picked' }] });
  const tuple = encodeURIComponent("('id', 'name', 'mac_address', 'fixed_ips', 'status')");
  expect(Object.keys(listOf(await asDemo(`GET /v2.0/ports?network_id=${network.id}&fields=${tuple}`), 'ports')[0] ?? {}).sort()).toEqual(['fixed_ips', 'id', 'mac_address', 'name', 'status']);
  expect((await asDemo(`GET /v2.0/ports/${port.id}?fields=name`)).body).toEqual({ port: { name: 'picked' } });
});

test('pages follow one another in both directions', async () => {
  const names = ['a', 'b', 'c', 'd', 'e'];
  for (const name of names) await makeNetwork({ name, description: 'paged' });
  const page = async (query: string) => {
    const reply = await asDemo(`GET /v2.0/networks?description=paged&sort_key=name&${query}`);
    return { ids: listOf(reply, 'networks').map(({ id }) => id), names: listOf(reply, 'networks').map(({ name }) => name), links: (reply.body as { networks_links?: { rel: string; href: string }[] }).networks_links };
  };
  const first = await page('limit=2');
  expect(first).toMatchObject({
    names: ['a', 'b'],
    links: [
      { rel: 'next', href: `http://cloud.test/network/v2.0/networks?description=paged&sort_key=name&limit=2&marker=${first.ids[1]}` },
      { rel: 'previous', href: `http://cloud.test/network/v2.0/networks?description=paged&sort_key=name&limit=2&marker=${first.ids[0]}&page_reverse=True` },
    ],
  });
  const second = await page(`limit=2&marker=${first.ids[1]}`);
  expect(second.names).toEqual(['c', 'd']);
  const last = await page(`limit=2&marker=${second.ids[1]}`);
  expect(last).toMatchObject({ names: ['e'], links: [{ rel: 'previous' }] });
  expect((await page(`limit=2&marker=${second.ids[0]}&page_reverse=True`)).names).toEqual(['a', 'b']);
  expect((await page('sort_dir=desc')).names).toEqual(['e', 'd', 'c', 'b', 'a']);
  expect((await page('limit=0')).names).toEqual(names);
  expect(first.links && (await page('')).links).toBeUndefined();
  expect(await asDemo('GET /v2.0/networks?limit=abc')).toMatchObject(fault(400, 'BadRequest', "Bad limit request: Limit must be an integer 0 or greater and not 'abc'."));
  expect(await asDemo(`GET /v2.0/networks?limit=1&marker=${missing}`)).toMatchObject(fault(404, 'NetworkNotFound', `Network ${missing} could not be found.`));
});

test('tags are set all at once and one by one, and lists are filtered by them', async () => {
  const [one, two] = [await makeNetwork({ name: 'tagged-1' }), await makeNetwork({ name: 'tagged-2' })];
  const tags = `/v2.0/networks/${one.id}/tags`;
  expect(await asDemo(`PUT ${tags}`, { body: { tags: ['red', 'blue', 'red'] } })).toMatchObject({ status: 200, body: { tags: ['red', 'blue'] } });
  expect(await asDemo(`PUT ${tags}/green`)).toMatchObject({ status: 201, text: '' });
  expect((await asDemo(`GET ${tags}`)).body).toEqual({ tags: ['red', 'blue', 'green'] });
  expect(await asDemo(`GET ${tags}/red`)).toMatchObject({ status: 204 });
  expect(await asDemo(`DELETE ${tags}/blue`)).toMatchObject({ status: 204 });
  expect(await asDemo(`GET ${tags}/blue`)).toMatchObject(fault(404, 'TagNotFound', 'Tag blue could not be found.'));
  await asDemo(`PUT /v2.0/networks/${two.id}/tags`, { body: { tags: ['red'] } });
  const names = async (query: string) => listOf(await asDemo(`GET /v2.0/networks?name=tagged-1&name=tagged-2&${query}`), 'networks').map(({ name }) => name).sort();
  expect(await names('tags=red,green')).toEqual(['tagged-1']);
  expect(await names('tags-any=green,red')).toEqual(['tagged-1', 'tagged-2']);
  expect(await names('not-tags=red,green')).toEqual(['tagged-2']);
  expect(await names('not-tags-any=green')).toEqual(['tagged-2']);
  expect(await asDemo(`DELETE ${tags}`)).toMatchObject({ status: 204 });
  expect((await asDemo(`GET ${tags}`)).body).toEqual({ tags: [] });
});

test('a project has the group default, whose rules let everything through, and no way to make another', async () => {
  const [group] = listOf(await asDemo('GET /v2.0/security-groups?name=default'), 'security_groups');
  expect(group).toMatchObject({ id: uuid, name: 'default', tenant_id: demo.projectId, description: 'Default security group' });
  const rules = listOf(await asDemo(`GET /v2.0/security-group-rules?security_group_id=${group?.id}`), 'security_group_rules');
  expect(rules.map((rule) => [rule.direction, rule.ethertype, rule.protocol, rule.remote_ip_prefix, rule.remote_group_id])).toEqual([
    ['egress', 'IPv4', null, null, null], ['egress', 'IPv6', null, null, null], ['ingress', 'IPv4', null, null, null], ['ingress', 'IPv6', null, null, null],
  ]);
  expect(group?.security_group_rules).toEqual(rules);
  expect(await asDemo(`GET /v2.0/security-groups/${group?.id}`)).toMatchObject({ status: 200, body: { security_group: { id: group?.id } } });
  expect(await asOther(`GET /v2.0/security-groups/${group?.id}`)).toMatchObject(fault(404, 'SecurityGroupNotFound', `Security group ${group?.id} does not exist`));
  expect(listOf(await asAdmin(`GET /v2.0/security-groups?tenant_id=${demo.projectId}`), 'security_groups')).toMatchObject([{ id: group?.id }]);
  for (const path of ['security-groups', 'security-group-rules', 'routers', 'floatingips']) {
    expect(await asDemo(`POST /v2.0/${path}`, { body: {} })).toMatchObject(fault(404, 'HTTPNotFound', 'The resource could not be found.'));
  }
});

test('the extensions are those that hold', async () => {
  const aliases = listOf(await asDemo('GET /v2.0/extensions'), 'extensions').map(({ alias }) => alias);
  expect(aliases).toEqual(expect.arrayContaining(['project-id', 'pagination', 'sorting', 'net-mtu', 'standard-attr-timestamp', 'standard-attr-tag', 'quotas', 'binding']));
  for (const alias of ['router', 'security-group', 'port-security', 'provider', 'agent']) expect(aliases).not.toContain(alias);
  expect((await asDemo('GET /v2.0/extensions/net-mtu')).body).toEqual({
    extension: { name: 'Network MTU', alias: 'net-mtu', description: 'Provides MTU attribute for a network resource.', updated: '2015-03-25T10:00:00-00:00', links: [] },
  });
  const absent = await asDemo('GET /v2.0/extensions/Availability%20Zone');
  expect(absent).toMatchObject({ status: 404, headers: { 'content-type': 'text/html; charset=UTF-8', 'content-length': '207' } });
});

test('agents, availability zones and quotas', async () => {
  expect((await asDemo('GET /v2.0/agents')).body).toEqual({ agents: [] });
  expect((await asDemo('GET /v2.0/availability_zones')).body).toEqual({ availability_zones: [{ name: 'nova', resource: 'network', state: 'available' }] });
  expect((await asDemo(`GET /v2.0/quotas/${demo.projectId}`)).body).toMatchObject({ quota: { network: 100, subnet: 100, port: 500, router: 0 } });
  expect(await asDemo(`GET /v2.0/quotas/${other.projectId}`)).toMatchObject({ status: 403 });
  expect(await asAdmin(`GET /v2.0/quotas/${other.projectId}`)).toMatchObject({ status: 200 });
});

test('a project makes as many networks as it may, also several requests at once', async () => {
  const full = await cloud.addUser('full');
  const bulk = (count: number) => as(full.token)('POST /v2.0/networks', { body: { networks: Array.from({ length: count }, () => ({})) } });
  expect((await bulk(98)).status).toBe(201);
  const replies = await Promise.all([bulk(1), bulk(1), bulk(1), bulk(1)]);
  expect(replies.map(({ status }) => status).sort()).toEqual([201, 201, 409, 409]);
  expect(await bulk(1)).toMatchObject(fault(409, 'OverQuota', "Quota exceeded for resources: ['network']."));
});
