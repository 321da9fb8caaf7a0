import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bootstrapFlavors, bootstrapIdentity, bootstrapNetwork, bootstrapProfiles, cloudKeys, createPasswordChecker, fileBlobStore, issueToken, recordStatuses, type Cloud } from '@novadock/cloud';
import { buildApp } from '@novadock/control-plane';
import type { AgentService, HostFacts, InstanceStatus, ReadLogs } from '@novadock/model';
import { unreachedInstances, type Instance } from '@novadock/store';
import { createTestDatabase } from '@novadock/testing';

/** What the host of the test says of an instance that it was told of; undefined: nothing yet. */
export type Behaviour = (row: Instance) => Partial<InstanceStatus> | undefined;

/** A cloud with an administrator's token, a member's of another project, an image and a host whose agent the test plays; `replica()` gives one more process of it. */
export async function createV1Cloud() {
  const database = await createTestDatabase();
  const { store } = database;
  const dir = await mkdtemp(join(tmpdir(), 'novadock-v1-'));
  const shared = { ...(await cloudKeys(store)), blobs: await fileBlobStore({ dir }), passwords: createPasswordChecker() };
  const hostId = randomUUID();
  let behaviour: Behaviour = () => ({});
  const closers: (() => Promise<unknown>)[] = [];
  const logRequests: ReadLogs[] = [];
  let logFailure: Error | undefined;

  const replica = (replicaStore = store) => {
    const agent = {
      async *readLogs(request: ReadLogs, signal: AbortSignal) {
        logRequests.push(request);
        if (logFailure !== undefined) throw logFailure;
        yield Buffer.from('hello\nwörld\n');
        if (request.follow) await new Promise((resolve) => signal.addEventListener('abort', resolve));
      },
      getInstanceStats: async () => ({ cpuTimeNs: 1, cpuPercent: 2.5, memoryBytes: 3, memoryLimitBytes: 4, pids: 5, blockReadBytes: 6, blockWriteBytes: 7, interfaces: [] }),
    } as unknown as AgentService;
    const hosts = {
      reader: () => agent,
      isUp: () => true,
      wake: () => {
        void report().catch(() => {});
        return true;
      },
    };
    const cloud: Cloud = { ...shared, store: replicaStore, hosts };
    const app = buildApp({ cloud, publicUrl: 'http://cloud.test' });
    closers.push(() => app.close());
    return { cloud, app };
  };
  const first = replica();
  await first.app.ready();

  /** The host reports what it was told, as the test says. */
  async function report(): Promise<void> {
    for (const row of await unreachedInstances(store, hostId)) {
      const seen = behaviour(row);
      if (seen === undefined) continue;
      const one = {
        id: row.id, generation: row.generation, power: row.power, containerId: 'c', exitCode: 0, oomKilled: false, startedAtMs: Date.now(), finishedAtMs: row.power === 'stopped' ? Date.now() : 0,
        error: undefined, step: '', restarts: row.restarts, lostToRestart: false, ...seen,
      } as InstanceStatus;
      await recordStatuses(first.cloud, hostId, { one });
    }
  }

  await bootstrapIdentity(first.cloud, { adminPassword: 'secret' });
  await bootstrapFlavors(store);
  await bootstrapProfiles(store);
  await bootstrapNetwork(first.cloud);
  const { prisma } = store;
  const project = await prisma.project.create({ data: { id: 'p-demo', name: 'demo', quota: { instances: 1000, cores: 1000, ram: 1_000_000 } } });
  const user = await prisma.user.findFirstOrThrow({ where: { name: 'admin' } });
  const member = await prisma.role.findUniqueOrThrow({ where: { name: 'member' } });
  await prisma.roleAssignment.create({ data: { userId: user.id, target: project.id, roleId: member.id } });
  const image = await prisma.image.create({ data: { id: randomUUID(), name: 'hello', projectId: 'p-demo', visibility: 'public', status: 'active', containerFormat: 'docker', diskFormat: 'raw', engineId: 'sha256:1', architecture: 'amd64', contentBytes: 1000n, sizeBytes: 2048n } });
  const facts: HostFacts = {
    hostname: 'c1', architecture: 'amd64', operatingSystem: 'Debian 13', kernel: '6.12', cpuModel: 'x', vcpus: 8, memoryMb: 16384, diskGb: 100, diskFreeGb: 80, agentVersion: '0.1.0', bootedAtMs: 1_700_000_000_000, setup: undefined,
    engine: { ready: true, reason: '', version: '29.0.0', apiVersion: '1.52', storageDriver: 'overlay2', cgroupVersion: '2', liveRestore: true },
  };
  await prisma.host.create({ data: { id: hostId, name: 'c1', address: '10.0.0.1:9774', vcpus: 8, memoryMb: 16384, diskGb: 100, facts, lastSeenAt: new Date() } });

  const domain = { id: 'default' };
  const tokenOf = async (projectName: string) =>
    (await issueToken(first.cloud, { proof: { method: 'password', user: { name: 'admin', domain }, password: 'secret' }, scope: { project: { name: projectName, domain } } })).token;

  return {
    ...first, replica, store, url: database.url, image, hostId, report, logRequests,
    admin: await tokenOf('admin'),
    demo: await tokenOf('demo'),
    breakLogs: (failure: Error | undefined) => (logFailure = failure),
    behave: (next: Behaviour) => (behaviour = next),
    close: async () => {
      for (const close of closers) await close();
      await database.drop();
      await rm(dir, { recursive: true });
    },
  };
}

export type V1Cloud = Awaited<ReturnType<typeof createV1Cloud>>;
