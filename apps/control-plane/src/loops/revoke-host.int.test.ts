import { randomUUID } from 'node:crypto';
import { controlPlaneIdentity, revokeHost, type Cloud } from '@novadock/cloud';
import type { AgentService } from '@novadock/model';
import { createCertificateRequest, serveAgent, signHostCertificate } from '@novadock/rpc';
import { createFakeAgent } from '@novadock/testing';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestCloud, type TestCloud } from '../../../../libs/cloud/src/testing/test-cloud.ts';
import { ownHosts, type HostOwner } from './own-hosts.ts';

const log = pino({ level: 'silent' });
let t: TestCloud;
let hostId: string;
let address: string;
let streams: { open: number; ever: number };
let server: Awaited<ReturnType<typeof serveAgent>>;
let owners: HostOwner[];

/** A fake agent behind real gRPC, which counts the streams that are open. */
beforeEach(async () => {
  t = await createTestCloud();
  hostId = (await t.addHost('host1')).id;
  streams = { open: 0, ever: 0 };
  owners = [];
  const fake = createFakeAgent();
  const counted = async function* <Item>(items: AsyncIterable<Item>): AsyncGenerator<Item> {
    streams.open += 1;
    streams.ever += 1;
    try {
      yield* items;
    } finally {
      streams.open -= 1;
    }
  };
  const agent: AgentService = {
    ...fake,
    watchInstances: (request, signal) => counted(fake.watchInstances(request, signal)),
    readLogs: (_request, signal) => counted((async function* () {
      yield Buffer.from('hello\n');
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
    })()),
  };
  const { key, request } = await createCertificateRequest('host1');
  const identity = { authority: t.cloud.authority.certificate, key, certificate: await signHostCertificate(t.cloud.authority, request, hostId) };
  server = await serveAgent({ agent, address: '127.0.0.1:0', identity, onError: () => {} });
  address = `127.0.0.1:${server.port}`;
  await t.store.prisma.host.update({ where: { id: hostId }, data: { address } });
});
afterEach(async () => {
  for (const owner of owners) await owner.stop();
  await server.close();
  await t.close();
});

async function replica(): Promise<HostOwner> {
  const owner = ownHosts({ replicaId: randomUUID(), identity: await controlPlaneIdentity(t.cloud.authority), log, controllerUrl: 'https://cloud.test:8774', onSetupRecorded: () => {} });
  owners.push(owner);
  await owner.start({ ...t.cloud, hosts: owner } as Cloud);
  return owner;
}

test('a host that is revoked is cut off at once, by the replica that owns it and by those that only read from it', async () => {
  const owner = await replica();
  await expect.poll(() => owner.isUp(hostId)).toBe(true);
  const reader = await replica();
  expect(reader.isUp(hostId)).toBeUndefined();
  const follow = (by: HostOwner) => by.reader({ id: hostId, address }).readLogs({ instanceId: 'i', tail: -1, follow: true, sinceMs: 0 }, new AbortController().signal)[Symbol.asyncIterator]();
  const logs = [follow(owner), follow(reader)];
  for (const log of logs) expect(String((await log.next()).value)).toBe('hello\n');
  expect(streams.open).toBe(3);

  const ended = Promise.allSettled(logs.map((log) => log.next()));
  const started = Date.now();
  await revokeHost(t.cloud, 'host1');
  expect(await ended).toMatchObject([1, 2].map(() => ({ status: 'rejected', reason: { code: 'unavailable' } })));
  await expect.poll(() => streams.open).toBe(0);
  expect(Date.now() - started).toBeLessThan(1_000);
  await expect.poll(() => owner.isUp(hostId)).toBeUndefined();

  // Nobody takes it again: not at a renewal of the leases, not a replica that starts.
  const { ever } = streams;
  const { leaseUntil } = await t.store.prisma.host.findUniqueOrThrow({ where: { id: hostId } });
  const other = await t.addHost('host2');
  await (await replica()).stop();
  await expect.poll(async () => (await t.store.prisma.host.findUniqueOrThrow({ where: { id: other.id } })).leaseUntil?.getTime() ?? 0).toBeGreaterThan((leaseUntil?.getTime() ?? 0) + 2_000);
  expect(streams.ever).toBe(ever);
  expect((await t.store.prisma.host.findUniqueOrThrow({ where: { id: hostId } })).leaseUntil).toEqual(leaseUntil);
});
