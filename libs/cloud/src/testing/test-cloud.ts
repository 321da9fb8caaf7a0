import { randomUUID } from 'node:crypto';
import type { HostFacts } from '@novadock/model';
import { createTestDatabase } from '@novadock/testing';
import { cloudKeys, createInstances, type Cloud, type CreateInstances, type InstanceReader, type ProjectAuth } from '../index.ts';

/** A cloud on a database of its own with an image, a flavor, a network and a host whose agent the test plays. */
export async function createTestCloud() {
  const database = await createTestDatabase();
  const { store } = database;
  const woken: string[] = [];
  const up = new Set<string>();
  const hosts = {
    reader: (): InstanceReader => { throw new Error('no agent in this test'); },
    isUp: (hostId: string) => up.has(hostId),
    wake: (hostId: string) => woken.push(hostId) > 0,
  };
  const cloud = { ...(await cloudKeys(store)), store, blobs: undefined, hosts, passwords: undefined } as unknown as Cloud;
  const auth: ProjectAuth = {
    userId: 'u1', userName: 'user', projectId: 'p1', projectName: 'project', roles: ['member'], isAdmin: false, system: false,
    methods: ['password'], auditIds: ['a'], issuedAt: new Date(), expiresAt: new Date(Date.now() + 3_600_000),
  };
  await store.prisma.project.create({ data: { id: 'p1', name: 'project' } });
  const image = await store.prisma.image.create({ data: { id: randomUUID(), name: 'hello', projectId: 'p1', status: 'active', containerFormat: 'docker', diskFormat: 'raw', engineId: 'sha256:1', architecture: 'amd64', contentBytes: 1000n, blob: 'hello' } });
  const flavor = await store.prisma.flavor.create({ data: { id: '1', name: 'm1.tiny', vcpus: 1, memoryMb: 512, diskGb: 1 } });
  const network = await store.prisma.network.create({ data: { id: randomUUID(), name: 'private_network', projectId: 'p1', subnets: { create: { id: randomUUID(), projectId: 'p1', ipVersion: 4, cidr: '192.168.1.0/24', gatewayIp: '192.168.1.1', allocationPools: [{ start: '192.168.1.3', end: '192.168.1.254' }], dnsNameservers: [] } } } });

  /** Adds a host; it is up and ready unless said otherwise. */
  const addHost = async (name: string, change: { memoryMb?: number; ready?: boolean; isUp?: boolean; enabled?: boolean } = {}) => {
    const facts: Pick<HostFacts, 'architecture' | 'engine'> = { architecture: 'amd64', engine: { ready: change.ready ?? true, reason: 'no runtime', version: '', apiVersion: '', storageDriver: '', cgroupVersion: '', liveRestore: true } };
    const host = await store.prisma.host.create({ data: { id: randomUUID(), name, address: 'x:1', vcpus: 4, memoryMb: change.memoryMb ?? 8192, diskGb: 100, facts, lastSeenAt: new Date(), enabled: change.enabled ?? true } });
    if (change.isUp ?? true) up.add(host.id);
    return host;
  };
  const request = (change: Partial<CreateInstances> = {}): CreateInstances => ({ name: 'test1', imageId: image.id, flavorId: flavor.id, networks: [{ networkId: network.id }], minCount: 1, maxCount: 1, requestId: `req-${randomUUID()}`, ...change });
  const boot = async (change: Partial<CreateInstances> = {}) => (await createInstances(cloud, auth, request(change))).instances;
  return { cloud, store, auth, image, flavor, network, addHost, request, boot, woken, close: database.drop };
}

export type TestCloud = Awaited<ReturnType<typeof createTestCloud>>;
