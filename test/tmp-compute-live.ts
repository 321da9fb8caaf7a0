import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { bootstrapFlavors, bootstrapIdentity, bootstrapNetwork, bootstrapQuota, cloudKeys, createPasswordChecker, fileBlobStore, recordStatuses } from '@novadock/cloud';
import { buildApp } from '/work/main/apps/control-plane/src/app.ts';
import { applyMigrations, openStore, startEmbeddedPostgres, unreachedInstances } from '@novadock/store';
const dir = mkdtempSync('/tmp/live-');
const pg = await startEmbeddedPostgres({ dir, settings: { fsync: 'off' } });
await applyMigrations({ url: pg.url });
const store = openStore(pg.url);
const { prisma } = store;
const hostId = randomUUID();
const agent: any = {
  async *readLogs() { yield Buffer.from('hello\nworld\n'); },
  getInstanceStats: async () => ({ cpuTimeNs: 173, cpuPercent: 14.6, memoryBytes: 268435456, memoryLimitBytes: 536870912, pids: 3, blockReadBytes: 1, blockWriteBytes: 2, interfaces: [{ macAddress: 'fa:16:3e:77:8a:ee', rxBytes: 1, rxPackets: 2, txBytes: 3, txPackets: 4 }] }),
};
const cloud: any = { ...(await cloudKeys(store)), store, blobs: (await fileBlobStore({ dir: `${dir}/blobs` } as any)), hosts: { agent: () => agent, isUp: () => true, wake: () => { setTimeout(() => void report(), 300); return true; } }, passwords: createPasswordChecker() };
async function report() {
  for (const row of await unreachedInstances(store, hostId)) await recordStatuses(cloud, hostId, { one: { id: row.id, generation: row.generation, power: row.power, containerId: 'c', exitCode: 0, oomKilled: false, startedAtMs: Date.now(), finishedAtMs: row.power === 'stopped' ? Date.now() : 0, error: undefined, step: '', restarts: row.restarts, lostToRestart: false } as any });
}
await bootstrapIdentity(cloud, { adminPassword: 'secret' });
await bootstrapFlavors(store); await bootstrapNetwork(cloud); await bootstrapQuota(store);
const facts: any = { hostname: 'compute1', architecture: 'amd64', cpuModel: 'x', vcpus: 8, memoryMb: 16384, diskGb: 100, diskFreeGb: 80, agentVersion: '0.1.0', bootedAtMs: Date.now() - 1e9, engine: { ready: true, reason: '', version: '29.0.1' } };
await prisma.host.create({ data: { id: hostId, name: 'compute1', address: '192.0.2.1:9774', vcpus: 64, memoryMb: 1638400, diskGb: 10000, facts, lastSeenAt: new Date() } });
const project = await prisma.project.findFirstOrThrow({ where: { name: 'admin' } });
const user = await prisma.user.findFirstOrThrow({});
const image = await prisma.image.create({ data: { id: randomUUID(), name: 'hipache', projectId: project.id, visibility: 'public', status: 'active', containerFormat: 'docker', diskFormat: 'raw', engineId: 'sha256:1', architecture: 'amd64', contentBytes: 1000n, sizeBytes: 2048n, md5: 'x', sha512: 'y' } });
const network = await prisma.network.findFirstOrThrow({ include: { subnets: true } });
const many = Number(process.argv[2] ?? 0);
for (let i = 0; i < many; i += 1) {
  const id = randomUUID();
  await prisma.instance.create({ data: { id, name: `bench-${i}`, hostname: 'b', projectId: project.id, userId: user.id, imageId: image.id, vcpus: 1, memoryMb: 512, diskGb: 1, reservationId: 'r-1', hostId, power: 'running', tags: [], metadata: { a: 'b' }, flavor: { id: '1', name: 'm1.tiny', vcpus: 1, memoryMb: 512, diskGb: 1, ephemeralGb: 0, swapMb: 0, rxtxFactor: 1, extraSpecs: {} }, observedGeneration: 1, observedPower: 'running', launchedAt: new Date() } });
  await prisma.port.create({ data: { id: randomUUID(), networkId: network.id, projectId: project.id, macAddress: `fa:16:3e:00:${(i >> 8).toString(16).padStart(2, '0')}:${(i & 255).toString(16).padStart(2, '0')}`, deviceId: id, fixedIps: { create: { subnetId: network.subnets[0]!.id, address: `10.1.${i >> 8}.${i & 255}`, offset: BigInt(100000 + i) } } } });
}
const app = buildApp({ cloud, publicUrl: undefined });
await app.listen({ port: 28774, host: '127.0.0.1' });
console.log('ready', image.id, network.id);
process.on('SIGTERM', async () => { await app.close(); await store.close(); await pg.stop(); process.exit(0); });
