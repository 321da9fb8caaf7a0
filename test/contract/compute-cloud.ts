import { randomUUID } from 'node:crypto';
import { bootstrapFlavors, bootstrapIdentity, bootstrapNetwork, bootstrapQuota, cloudKeys, createPasswordChecker, issueToken, type BlobStore, type Cloud } from '@novadock/cloud';
import { buildApp } from '@novadock/control-plane';
import type { AgentService, HostFacts } from '@novadock/model';
import type { NewInstance } from '@novadock/store';
import { createTestDatabase } from '@novadock/testing';

export type Reply = { status: number; body: Record<string, never>; text: string; headers: Record<string, string | string[] | number | undefined> };
/** `version`: N of the microversion 2.N. */
export type Call = { token?: string; version?: number; body?: unknown; headers?: Record<string, string> };
type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** Times as Nova writes them, whatever they are. */
export const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
export const naiveTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000000$/;

/** What the one host of the cloud says of itself. */
const facts: HostFacts = {
  hostname: 'compute1', architecture: 'amd64', operatingSystem: 'Debian 13', kernel: '6.12', cpuModel: 'Example CPU', vcpus: 8, memoryMb: 16384, diskGb: 100, diskFreeGb: 80, agentVersion: '0.1.0',
  bootedAtMs: Date.now() - 93 * 86_400_000, engine: { ready: true, reason: '', version: '20.10.24+dfsg1', apiVersion: '1.41', storageDriver: 'overlay2', cgroupVersion: '2', liveRestore: true }, setup: undefined,
};

/** A cloud with one host that does nothing, one image, the administrator and an ordinary user `demo`, and the words to talk to its compute service. */
export async function createComputeCloud() {
  const database = await createTestDatabase();
  const { store } = database;
  const { prisma } = store;
  const agent = {
    async *readLogs({ tail }: { tail: number }) {
      const lines = ['FAKE CONSOLE OUTPUT', 'ANOTHER', 'LAST\u0007 LINE'];
      yield Buffer.from(`${lines.slice(tail < 0 ? 0 : -tail).join('\n')}\n`);
    },
    getInstanceStats: async () => ({
      cpuTimeNs: 17_300_000_000, cpuPercent: 14.6, memoryBytes: 268_435_456, memoryLimitBytes: 536_870_912, pids: 3, blockReadBytes: 262_144, blockWriteBytes: 5_778_432,
      interfaces: [{ macAddress: 'fa:16:3e:77:8a:ee', rxBytes: 2_070_139, rxPackets: 26_701, txBytes: 140_208, txPackets: 662 }],
    }),
  } as unknown as AgentService;
  const cloud: Cloud = { ...(await cloudKeys(store)), store, blobs: {} as BlobStore, hosts: { reader: () => agent, isUp: () => true, wake: () => true }, passwords: createPasswordChecker() };
  await bootstrapIdentity(cloud, { adminPassword: 'secret' });
  await bootstrapFlavors(store);
  await bootstrapNetwork(cloud);
  await bootstrapQuota(store);

  const user = await prisma.user.findFirstOrThrow({ where: { name: 'admin' } });
  const project = await prisma.project.findFirstOrThrow({ where: { name: 'admin' } });
  const member = await prisma.role.findUniqueOrThrow({ where: { name: 'member' } });
  const demoUser = await prisma.user.create({ data: { id: randomUUID().replaceAll('-', ''), name: 'demo', passwordHash: user.passwordHash } });
  const demoProject = await prisma.project.create({ data: { id: randomUUID().replaceAll('-', ''), name: 'demo' } });
  await prisma.roleAssignment.create({ data: { userId: demoUser.id, target: demoProject.id, roleId: member.id } });
  const host = await prisma.host.create({
    data: { id: randomUUID(), name: 'compute1', address: '192.0.2.1:9774', vcpus: 8, memoryMb: 16384, diskGb: 100, facts, lastSeenAt: new Date('2026-11-22T13:13:29.500Z') },
  });
  const image = await prisma.image.create({
    data: { id: randomUUID(), name: 'hipache', projectId: project.id, visibility: 'public', status: 'active', containerFormat: 'docker', diskFormat: 'raw', engineId: 'sha256:1', architecture: 'amd64', contentBytes: 1000n, sizeBytes: 2048n },
  });
  const network = await prisma.network.findFirstOrThrow({ include: { subnets: true } });

  const app = buildApp({ cloud, publicUrl: 'http://cloud.test' });
  const domain = { id: 'default' };
  const tokenOf = async (name: string) =>
    (await issueToken(cloud, { proof: { method: 'password', user: { name, domain }, password: 'secret' }, scope: { project: { name, domain } } })).token;
  const tokens = { admin: await tokenOf('admin'), demo: await tokenOf('demo') };

  /** `call` is a method and a path below the version: "GET /servers". As the administrator unless it says else. */
  async function ask(call: string, { token = tokens.admin, version, body, headers = {} }: Call = {}): Promise<Reply> {
    const [method, path] = call.split(' ') as [Method, string];
    const reply = await app.inject({
      method,
      url: `/compute/v2.1${path}`,
      headers: {
        ...(token === '' ? {} : { 'x-auth-token': token }),
        ...(version === undefined ? {} : { 'openstack-api-version': `compute 2.${version}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const isJson = String(reply.headers['content-type']).startsWith('application/json') && reply.body !== '';
    return { status: reply.statusCode, body: (isJson ? reply.json() : {}) as never, text: reply.body, headers: reply.headers };
  }

  /** An instance that runs, with one port, unless `data` says else. */
  async function addInstance(data: Partial<NewInstance> & { name: string }, addresses: string[] = []) {
    const id = data.id ?? randomUUID();
    const instance = await prisma.instance.create({
      data: {
        id, projectId: project.id, userId: user.id, hostname: data.name, imageId: image.id, vcpus: 1, memoryMb: 512, diskGb: 1, reservationId: 'r-c83j6d76', tags: [], hostId: host.id, power: 'running',
        flavor: { id: '1', name: 'm1.tiny', vcpus: 1, memoryMb: 512, diskGb: 1, ephemeralGb: 0, swapMb: 0, rxtxFactor: 1, extraSpecs: {} }, observedGeneration: 1, observedPower: 'running',
        createdAt: new Date('2026-11-22T13:13:11.400Z'), updatedAt: new Date('2026-11-22T13:13:16.900Z'), launchedAt: new Date('2026-11-22T13:13:16.900Z'), startedAt: new Date('2026-11-22T13:13:16.900Z'), ...data,
      },
    });
    for (const [index, address] of addresses.entries()) {
      await prisma.port.create({
        data: {
          id: randomUUID(), networkId: network.id, projectId: instance.projectId, macAddress: `fa:16:3e:00:00:${instance.number.toString(16).padStart(2, '0')}`, deviceId: id, deviceOwner: 'compute:nova', position: index,
          fixedIps: { create: { subnetId: network.subnets[0]!.id, address, offset: BigInt(address.split('.').at(-1)!) } },
        },
      });
    }
    return instance;
  }

  const close = async () => {
    await app.close();
    await database.drop();
  };
  return { app, cloud, store, ask, addInstance, tokens, host, image, network, admin: { userId: user.id, projectId: project.id }, demo: { userId: demoUser.id, projectId: demoProject.id }, close };
}

export type ComputeCloud = Awaited<ReturnType<typeof createComputeCloud>>;
