import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { openStore, startEmbeddedPostgres, type Store } from '@novadock/store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeBusyboxImage } from '../harness/busybox-image.ts';
import type { Program } from '../harness/program.ts';
import { shellIn } from '../harness/shell.ts';
import { startCloud, type TestCloud } from '../harness/start-cloud.ts';
import { waitFor } from '../harness/wait-for.ts';

const shell = shellIn(process.env);
type Server = { id: string; status: string };

describe('two control planes on one PostgreSQL', () => {
  const dir = mkdtempSync(join(tmpdir(), 'nd-pg-'));
  let database: Awaited<ReturnType<typeof startEmbeddedPostgres>>;
  let store: Store;
  let cloud: TestCloud;
  let other: { url: string; program: Program };
  let [imageId, networkId] = ['', ''];

  beforeAll(async () => {
    await makeBusyboxImage('nd-chaos', ['sh', '-c', 'echo up; trap "exit 0" TERM; while :; do sleep 1 & wait; done']);
    database = await startEmbeddedPostgres({ dir: join(dir, 'db') });
    store = openStore(database.url);
    cloud = await startCloud({ databaseUrl: database.url });
    other = await cloud.startReplica();
    await shellIn({ ...cloud.env, HOME: cloud.home })('docker save nd-chaos | openstack image create chaos --container-format docker --disk-format raw');
    imageId = (await cloud.request<{ images: { id: string }[] }>('GET', '/image/v2/images?name=chaos')).images[0]!.id;
    networkId = (await cloud.request<{ networks: { id: string }[] }>('GET', '/network/v2.0/networks?name=private_network')).networks[0]!.id;
  });
  afterAll(async () => {
    await cloud.stop();
    await store.close();
    await database.stop();
    rmSync(dir, { recursive: true });
  });

  const boot = async (url: string) => (await cloud.requestFrom<{ server: { id: string } }>(url, 'POST', '/compute/v2.1/servers', { server: { name: 'chaos', imageRef: imageId, flavorRef: '1', networks: [{ uuid: networkId }] } })).server.id;
  const statusFrom = async (url: string, id: string) => (await cloud.requestFrom<{ server: Server }>(url, 'GET', `/compute/v2.1/servers/${id}`)).server.status;
  const untilStatus = (url: string, id: string, status: string) => waitFor(`${id} to be ${status}`, async () => (await statusFrom(url, id).catch(() => '')) === status);
  const remove = async (url: string, id: string) => {
    await cloud.requestFrom(url, 'DELETE', `/compute/v2.1/servers/${id}`);
    await waitFor('the delete', async () => statusFrom(url, id).then(() => false, () => true));
  };
  const containersOf = async (id: string) => (await shell(`docker ps -a --filter label=novadock.instance=${id} --format '{{.State}}'`)).split('\n').filter((line) => line !== '');
  const ownerOf = async () => (await store.pool.query<{ ownerId: string; epoch: string }>('SELECT "ownerId", epoch FROM "Host"')).rows[0]!;

  test('any of them takes requests for a host that the other one owns: boots, console, stats, deletes', async () => {
    for (const url of [cloud.url, other.url]) {
      const id = await boot(url);
      await untilStatus(url, id, 'ACTIVE');
      const elsewhere = url === other.url ? cloud.url : other.url;
      expect(await statusFrom(elsewhere, id)).toBe('ACTIVE');
      await expect.poll(async () => (await cloud.requestFrom<{ output: string }>(url, 'POST', `/compute/v2.1/servers/${id}/action`, { 'os-getConsoleOutput': {} })).output).toContain('up');
      expect((await cloud.requestFrom<{ cpuTimeNs: number }>(url, 'GET', `/v1/instances/${id}/stats`)).cpuTimeNs).toBeGreaterThan(0);
      await remove(elsewhere, id);
      expect(await containersOf(id)).toEqual([]);
    }
  });

  test.each([0, 40, 150])('P2: the owner of the host killed %i ms after another one accepted a boot: its host is taken over within 10 s, the boot is carried out, and P1: once', async (afterMs) => {
    const before = await ownerOf();
    const id = await boot(other.url);
    await delay(afterMs);
    await cloud.controlPlane().kill('SIGKILL');
    const killedAtMs = Date.now();
    await waitFor('another owner', async () => (await ownerOf()).ownerId !== before.ownerId);
    expect(Date.now() - killedAtMs).toBeLessThan(10_000);
    expect(Number((await ownerOf()).epoch)).toBeGreaterThan(Number(before.epoch));
    await untilStatus(other.url, id, 'ACTIVE');
    expect(await containersOf(id)).toEqual(['running']);
    await remove(other.url, id);
    // The one that was killed comes back, and the other one goes in order: the host changes hands at once.
    await cloud.startControlPlane();
    await other.program.kill('SIGTERM');
    await waitFor('the host to be up', async () => (await cloud.request<{ hosts: { up: boolean }[] }>('GET', '/v1/hosts')).hosts.every(({ up }) => up));
    other = await cloud.startReplica();
  });

  test('P1, P3: an owner that was asleep while another one took its host does no harm when it wakes up', async () => {
    const before = await ownerOf();
    const owner = cloud.controlPlane();
    const running = await boot(cloud.url);
    await untilStatus(cloud.url, running, 'ACTIVE');
    process.kill(owner.pid, 'SIGSTOP');
    await waitFor('another owner', async () => (await ownerOf()).ownerId !== before.ownerId);
    const booted = await boot(other.url);
    await untilStatus(other.url, booted, 'ACTIVE');
    const runs = await shell(`docker inspect nova-${running} nova-${booted} --format '{{.Id}} {{.State.StartedAt}}'`);
    const taken = await ownerOf();
    process.kill(owner.pid, 'SIGCONT');
    await waitFor('it to answer', async () => (await statusFrom(cloud.url, booted)) === 'ACTIVE');
    const stopped = await boot(cloud.url);
    await untilStatus(cloud.url, stopped, 'ACTIVE');
    expect(await shell(`docker inspect nova-${running} nova-${booted} --format '{{.Id}} {{.State.StartedAt}}'`)).toBe(runs);
    expect((await ownerOf()).ownerId).toBe(taken.ownerId);
    for (const id of [running, booted, stopped]) await remove(other.url, id);
  });
});
