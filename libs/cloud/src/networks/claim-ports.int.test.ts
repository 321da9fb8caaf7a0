import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '@novadock/testing';
import type { ProjectAuth } from '../identity/auth.ts';
import type { NetworkRequest } from '../instances/requests.ts';
import { claimPorts, releasePorts } from './claim-ports.ts';
import { instanceInterfaces } from './instance-interfaces.ts';
import { portSpecs } from './port-specs.ts';
import { resolveNetworks } from './resolve-networks.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

const ours: ProjectAuth = {
  userId: 'u', userName: 'u', projectId: 'ours', projectName: 'ours', roles: ['member'], isAdmin: false, system: false, methods: [], auditIds: [], issuedAt: new Date(), expiresAt: new Date(),
};
const admin: ProjectAuth = { ...ours, projectId: 'admin', isAdmin: true };

type SubnetOptions = { cidr?: string; pools?: { start: string; end: string }[]; gatewayIp?: string | null };

async function makeNetwork({ projectId = 'ours', shared = false, external = false, subnets = [{}] }: { projectId?: string; shared?: boolean; external?: boolean; subnets?: SubnetOptions[] } = {}): Promise<string> {
  const { id } = await db.store.prisma.network.create({ data: { id: randomUUID(), name: 'net', projectId, shared, external } });
  for (const { cidr = '192.168.1.0/24', pools = [{ start: '192.168.1.3', end: '192.168.1.254' }], gatewayIp = null } of subnets) {
    await db.store.prisma.subnet.create({ data: { id: randomUUID(), networkId: id, projectId, ipVersion: cidr.includes(':') ? 6 : 4, cidr, allocationPools: pools, gatewayIp } });
  }
  return id;
}

async function makePort(networkId: string, address?: string, projectId = 'ours'): Promise<string> {
  const { id } = await db.store.prisma.port.create({ data: { id: randomUUID(), networkId, projectId, macAddress: `fa:16:3e:${randomUUID().slice(0, 6)}` } });
  const subnet = await db.store.prisma.subnet.findFirstOrThrow({ where: { networkId } });
  if (address !== undefined) await db.store.prisma.portAddress.create({ data: { portId: id, subnetId: subnet.id, address, offset: BigInt(address.split('.')[3] ?? 0) } });
  return id;
}

async function boot(networks: NetworkRequest[] | 'auto' | 'none', { auth = ours, instanceId = randomUUID() }: { auth?: ProjectAuth; instanceId?: string } = {}): Promise<string[]> {
  const resolved = await resolveNetworks({ store: db.store, auth, networks });
  await db.store.prisma.$transaction((tx) => claimPorts(tx, { instanceId, projectId: auth.projectId, availabilityZone: 'nova', networks: resolved }));
  const interfaces = (await instanceInterfaces(db.store, [instanceId])).get(instanceId) ?? [];
  return interfaces.flatMap(({ fixedIps }) => fixedIps.map(({ address }) => address));
}

const release = (instanceId: string) => db.store.prisma.$transaction((tx) => releasePorts(tx, instanceId));

test('boots get the lowest free address of the pool, and a freed one is given again', async () => {
  const networkId = await makeNetwork();
  const second = randomUUID();
  expect(await boot([{ networkId }])).toEqual(['192.168.1.3']);
  expect(await boot([{ networkId }], { instanceId: second })).toEqual(['192.168.1.4']);
  expect(await boot([{ networkId }])).toEqual(['192.168.1.5']);
  await release(second);
  expect(await boot([{ networkId }])).toEqual(['192.168.1.4']);
});

test('boots at the same time get different addresses, without a gap', async () => {
  const networkId = await makeNetwork();
  const addresses = await Promise.all(Array.from({ length: 40 }, () => boot([{ networkId }])));
  const expected = Array.from({ length: 40 }, (_, index) => `192.168.1.${index + 3}`);
  expect(new Set(addresses.flat())).toEqual(new Set(expected));
});

test('a fixed IP is given as asked for, once, and neither the gateway nor an address outside', async () => {
  const networkId = await makeNetwork({ subnets: [{ gatewayIp: '192.168.1.1' }] });
  expect(await boot([{ networkId, fixedIp: '192.168.1.2' }])).toEqual(['192.168.1.2']);
  await expect(boot([{ networkId, fixedIp: '192.168.1.2' }])).rejects.toMatchObject({ code: 'conflict', reason: 'FixedIpAlreadyInUse' });
  await expect(boot([{ networkId, fixedIp: '192.168.1.1' }])).rejects.toMatchObject({ code: 'conflict' });
  for (const fixedIp of ['192.168.1.0', '192.168.1.255', '10.0.0.1', 'nonsense', '::1']) {
    await expect(boot([{ networkId, fixedIp }])).rejects.toMatchObject({ code: 'invalid', message: `Fixed IP ${fixedIp} is not a valid ip address for network ${networkId}.` });
  }
});

test('a network with IPv4 and IPv6 gives one address of each; pools are used up in order, then the subnet after them', async () => {
  const v6 = { cidr: '2001:db8::/64', pools: [{ start: '2001:db8::8000:0:0:ff', end: '2001:db8::ffff:ffff:ffff:ffff' }] };
  const small = { cidr: '10.0.0.0/24', pools: [{ start: '10.0.0.9', end: '10.0.0.9' }, { start: '10.0.0.4', end: '10.0.0.4' }] };
  const networkId = await makeNetwork({ subnets: [v6, small, { cidr: '10.0.1.0/24', pools: [{ start: '10.0.1.1', end: '10.0.1.1' }] }] });
  expect(await boot([{ networkId }])).toEqual(['10.0.0.9', '2001:db8::8000:0:0:ff']);
  expect(await boot([{ networkId }])).toEqual(['10.0.0.4', '2001:db8::8000:0:0:100']);
  expect(await boot([{ networkId }])).toEqual(['10.0.1.1', '2001:db8::8000:0:0:101']);
  await expect(boot([{ networkId }])).rejects.toMatchObject({ code: 'exhausted', message: `No fixed IP addresses available for network: ${networkId}` });
  expect(await boot([{ networkId, fixedIp: '2001:0db8::1' }])).toEqual(['2001:db8::1']);
});

test('several interfaces keep their order, also twice on the same network; a release unbinds the ports that were there before', async () => {
  const [one, two] = [await makeNetwork(), await makeNetwork()];
  const portId = await makePort(two, '192.168.1.77');
  const instanceId = randomUUID();
  expect(await boot([{ networkId: two }, { portId }, { networkId: one }, { networkId: one }], { instanceId })).toEqual(['192.168.1.3', '192.168.1.77', '192.168.1.3', '192.168.1.4']);
  expect(await db.store.prisma.port.findUniqueOrThrow({ where: { id: portId } })).toMatchObject({ deviceId: instanceId, deviceOwner: 'compute:nova', position: 1 });
  await expect(boot([{ portId }])).rejects.toMatchObject({ code: 'conflict', message: `Port ${portId} is still in use.` });
  await release(instanceId);
  expect(await db.store.prisma.port.findMany({ where: { networkId: { in: [one, two] } } })).toMatchObject([{ id: portId, deviceId: '', deviceOwner: '' }]);
  expect(await boot([{ portId }])).toEqual(['192.168.1.77']);
});

test('two boots with one port: the second is refused though both found it free', async () => {
  const portId = await makePort(await makeNetwork(), '192.168.1.9');
  const networks = await resolveNetworks({ store: db.store, auth: ours, networks: [{ portId }] });
  const claim = () => db.store.prisma.$transaction((tx) => claimPorts(tx, { instanceId: randomUUID(), projectId: 'ours', availabilityZone: 'nova', networks }));
  const [first, second] = await Promise.allSettled([claim(), claim()]);
  expect([first.status, second.status].sort()).toEqual(['fulfilled', 'rejected']);
});

test('what cannot be used is refused in the words of Nova', async () => {
  const [foreign, external, bare] = [await makeNetwork({ projectId: 'theirs' }), await makeNetwork({ external: true }), await makeNetwork({ subnets: [] })];
  const [foreignPort, barePort] = [await makePort(foreign, '192.168.1.9', 'theirs'), await makePort(bare.length > 0 ? external : '', undefined)];
  const missing = randomUUID();
  await expect(boot([{ networkId: missing }])).rejects.toMatchObject({ code: 'invalid', message: `Network ${missing} could not be found.` });
  await expect(boot([{ networkId: 'no-uuid' }])).rejects.toMatchObject({ code: 'invalid', message: 'Network no-uuid could not be found.' });
  await expect(boot([{ networkId: foreign }])).rejects.toMatchObject({ code: 'invalid', message: `Network ${foreign} could not be found.` });
  await expect(boot([{ networkId: external }])).rejects.toMatchObject({ code: 'forbidden' });
  await expect(boot([{ networkId: bare }])).rejects.toMatchObject({ code: 'invalid', message: `Network ${bare} requires a subnet in order to boot instances on.` });
  await expect(boot([{ portId: missing }])).rejects.toMatchObject({ code: 'invalid', message: `Port ${missing} could not be found.` });
  await expect(boot([{ portId: foreignPort }])).rejects.toMatchObject({ code: 'invalid', message: `Port ${foreignPort} could not be found.` });
  await expect(boot([{ portId: barePort }])).rejects.toMatchObject({ code: 'invalid', message: `Port ${barePort} requires a FixedIP in order to be used.` });
  expect(await boot([{ networkId: foreign }], { auth: admin })).toEqual(['192.168.1.3']);
});

test('without a choice the project has one network, or none; several are a conflict', async () => {
  const auth = { ...ours, projectId: 'chooser' };
  expect(await boot('auto', { auth })).toEqual([]);
  await makeNetwork({ projectId: 'chooser' });
  await makeNetwork({ projectId: 'chooser', external: true });
  expect(await boot('auto', { auth })).toEqual(['192.168.1.3']);
  expect(await boot('none', { auth })).toEqual([]);
  const { id } = await db.store.prisma.network.findUniqueOrThrow({ where: { id: await makeNetwork({ shared: true, projectId: 'admin' }) } });
  await expect(boot('auto', { auth })).rejects.toMatchObject({ code: 'conflict', message: 'Multiple possible networks found, use a Network ID to be more specific.' });
  await db.store.prisma.network.delete({ where: { id } });
});

test('a network that goes before the claim refuses it, and one that is being claimed from waits with going', async () => {
  const networkId = await makeNetwork();
  const networks = await resolveNetworks({ store: db.store, auth: ours, networks: [{ networkId }] });
  await db.store.prisma.network.delete({ where: { id: networkId } });
  const claim = db.store.prisma.$transaction((tx) => claimPorts(tx, { instanceId: randomUUID(), projectId: 'ours', availabilityZone: 'nova', networks }));
  await expect(claim).rejects.toMatchObject({ code: 'invalid', message: `Network ${networkId} could not be found.` });
});

test('port specs say what an agent needs', async () => {
  const networkId = await makeNetwork({ subnets: [{ gatewayIp: '192.168.1.1' }] });
  const instanceId = randomUUID();
  await boot([{ networkId }], { instanceId });
  const [face] = (await instanceInterfaces(db.store, [instanceId])).get(instanceId) ?? [];
  const subnetId = face?.fixedIps[0]?.subnetId;
  expect((await portSpecs(db.store, [instanceId, randomUUID()])).get(instanceId)).toEqual([{
    id: face?.portId,
    macAddress: expect.stringMatching(/^fa:16:3e(:[0-9a-f]{2}){3}$/) as string,
    mtu: 1500,
    network: { id: networkId, name: 'net', subnets: [{ id: subnetId, cidr: '192.168.1.0/24', gatewayIp: '192.168.1.1', dnsNameservers: [], hostRoutes: [] }] },
    fixedIps: [{ subnetId, ipAddress: '192.168.1.3' }],
  }]);
});
