import { randomUUID } from 'node:crypto';
import { bootstrapNetwork, claimPorts, releasePorts, resolveNetworks, validateToken, type ProjectAuth } from '@novadock/cloud';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createIdentityCloud, type IdentityCloud } from './identity-cloud.ts';

let cloud: IdentityCloud;
let demo: Awaited<ReturnType<IdentityCloud['addUser']>>;
beforeAll(async () => {
  cloud = await createIdentityCloud();
  await bootstrapNetwork(cloud.cloud);
  demo = await cloud.addUser('demo');
});
afterAll(() => cloud.close());

type Port = { id: string; network_id: string; fixed_ips: { ip_address: string; subnet_id: string }[] };

const portsOf = async (instanceId: string, token = demo.token) =>
  ((await cloud.ask(`GET /network/v2.0/ports?device_id=${instanceId}`, { token })).body as { ports: Port[] }).ports;

/** An instance of demo's on a host, with a port as its boot makes it. */
async function boot(): Promise<string> {
  const { prisma } = cloud.store;
  const id = randomUUID();
  const host = await prisma.host.upsert({ where: { name: 'c1' }, create: { id: randomUUID(), name: 'c1', address: '10.0.0.1:9774' }, update: {} });
  await prisma.instance.create({
    data: { id, projectId: demo.projectId, userId: demo.userId, name: 'i', hostname: 'i', imageId: randomUUID(), flavor: {}, vcpus: 1, memoryMb: 1, diskGb: 1, reservationId: 'r', power: 'running', hostId: host.id },
  });
  const auth = (await validateToken(cloud.cloud, demo.token)) as ProjectAuth;
  const networks = await resolveNetworks({ store: cloud.store, auth, networks: 'auto' });
  await prisma.$transaction((tx) => claimPorts(tx, { instanceId: id, projectId: demo.projectId, availabilityZone: 'nova', networks }));
  return id;
}

test('the first instance on private_network gets .3, and its port says where it is', async () => {
  const id = await boot();
  const [port] = await portsOf(id);
  expect(port).toMatchObject({ device_id: id, device_owner: 'compute:nova', status: 'DOWN', fixed_ips: [{ ip_address: '192.168.1.3' }], name: '' });
  await cloud.store.prisma.instance.update({ where: { id }, data: { observedPower: 'running' } });
  expect(await portsOf(id, cloud.admin)).toMatchObject([{ status: 'ACTIVE', 'binding:host_id': 'c1', 'binding:vif_type': 'bridge' }]);
  expect((await cloud.ask('GET /network/v2.0/ports?binding:host_id=c1&status=ACTIVE', { token: cloud.admin })).body).toMatchObject({ ports: [{ id: port?.id }] });
});

test('the port of an instance is neither deleted nor readdressed, and its network stays', async () => {
  const id = await boot();
  const [port] = await portsOf(id);
  const inUse = { status: 409, body: { NeutronError: { type: 'PortInUse', message: `Unable to complete operation on port ${port?.id} for network ${port?.network_id}. Port already has an attached device ${id}.` } } };
  expect(await cloud.ask(`DELETE /network/v2.0/ports/${port?.id}`, { token: demo.token })).toMatchObject(inUse);
  expect(await cloud.ask(`PUT /network/v2.0/ports/${port?.id}`, { token: demo.token, body: { port: { fixed_ips: [] } } })).toMatchObject(inUse);
  expect(await cloud.ask(`PUT /network/v2.0/ports/${port?.id}`, { token: demo.token, body: { port: { name: 'eth0', fixed_ips: port?.fixed_ips } } })).toMatchObject({ status: 200, body: { port: { name: 'eth0' } } });
  expect(await cloud.ask(`DELETE /network/v2.0/networks/${port?.network_id}`, { token: cloud.admin })).toMatchObject({ status: 409 });
  await cloud.store.prisma.$transaction((tx) => releasePorts(tx, id));
  expect(await portsOf(id)).toEqual([]);
});
