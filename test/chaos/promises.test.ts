import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeBusyboxImage } from '../harness/busybox-image.ts';
import { shellIn } from '../harness/shell.ts';
import { startCloud, type TestCloud } from '../harness/start-cloud.ts';
import { waitFor } from '../harness/wait-for.ts';

const shell = shellIn(process.env);
type Server = { id: string; status: string; 'OS-EXT-STS:task_state': string | null; fault?: { message: string } };

/** What the engine has of an instance: one line for each container, running or not. */
const containersOf = async (id: string) => (await shell(`docker ps -a --no-trunc --filter label=novadock.instance=${id} --format '{{.ID}} {{.State}}'`)).split('\n').filter((line) => line !== '');
const runOf = (id: string) => shell(`docker inspect nova-${id} --format '{{.Id}} {{.State.StartedAt}} {{.State.Pid}}'`);

describe('promises, with real faults on a real engine', () => {
  let cloud: TestCloud;
  let imageId: string;
  let networkId: string;

  beforeAll(async () => {
    await makeBusyboxImage('nd-chaos', ['sh', '-c', 'trap "exit 0" TERM; while :; do sleep 1 & wait; done']);
    cloud = await startCloud();
    await shellIn({ ...cloud.env, HOME: cloud.home })('docker save nd-chaos | openstack image create chaos --container-format docker --disk-format raw');
    const { images } = await cloud.request<{ images: { id: string }[] }>('GET', '/image/v2/images?name=chaos');
    const { networks } = await cloud.request<{ networks: { id: string }[] }>('GET', '/network/v2.0/networks?name=private_network');
    imageId = images[0]!.id;
    networkId = networks[0]!.id;
  });
  afterAll(async () => {
    const { servers } = await cloud.request<{ servers: Server[] }>('GET', '/compute/v2.1/servers');
    await Promise.all(servers.map(({ id }) => cloud.request('DELETE', `/compute/v2.1/servers/${id}`)));
    await waitFor('all to be deleted', async () => (await cloud.request<{ servers: Server[] }>('GET', '/compute/v2.1/servers')).servers.length === 0);
    await cloud.stop();
  });

  const show = async (id: string) => (await cloud.request<{ server: Server }>('GET', `/compute/v2.1/servers/${id}`)).server;
  const boot = async () => (await cloud.request<{ server: { id: string } }>('POST', '/compute/v2.1/servers', { server: { name: 'chaos', imageRef: imageId, flavorRef: '1', networks: [{ uuid: networkId }] } })).server.id;
  const untilStatus = (id: string, status: string) => waitFor(`${id} to be ${status}`, async () => {
    const server = await show(id).catch(() => undefined);
    return server?.status === status && server['OS-EXT-STS:task_state'] === null;
  });
  const remove = async (id: string) => {
    await cloud.request('DELETE', `/compute/v2.1/servers/${id}`);
    await waitFor('the delete', async () => show(id).then(() => false, () => true));
  };
  const killControlPlane = async () => {
    await cloud.controlPlane().kill('SIGKILL');
    await cloud.startControlPlane();
  };

  test.each([0, 10, 30, 60, 120, 250])('P2: the control plane killed %i ms after 202: the instance becomes ACTIVE, and P1: in one container', async (afterMs) => {
    const id = await boot();
    await delay(afterMs);
    await killControlPlane();
    await untilStatus(id, 'ACTIVE');
    expect(await containersOf(id)).toEqual([expect.stringMatching(/^[0-9a-f]{64} running$/)]);
    await remove(id);
  });

  test.each([0, 20, 60, 120, 200, 300])('P2: the agent killed %i ms after 202: the instance becomes ACTIVE, and P1: in one container', async (afterMs) => {
    const id = await boot();
    await delay(afterMs);
    await cloud.agent().kill('SIGKILL');
    await cloud.startAgent();
    await untilStatus(id, 'ACTIVE');
    expect(await containersOf(id)).toEqual([expect.stringMatching(/^[0-9a-f]{64} running$/)]);
    await remove(id);
  });

  test('P3: agent, control plane and database killed and started again disturb no container', async () => {
    const id = await boot();
    await untilStatus(id, 'ACTIVE');
    const before = await runOf(id);
    await cloud.agent().kill('SIGKILL');
    await killControlPlane();
    await cloud.startAgent();
    await untilStatus(id, 'ACTIVE');
    await cloud.agent().kill('SIGTERM');
    await cloud.controlPlane().kill('SIGTERM');
    expect(await runOf(id)).toBe(before);
    await cloud.startControlPlane();
    await cloud.startAgent();
    await untilStatus(id, 'ACTIVE');
    expect(await runOf(id)).toBe(before);
    await remove(id);
  });

  test('P3, P5: the engine killed: the container runs on, and an action afterwards is done', async () => {
    const id = await boot();
    await untilStatus(id, 'ACTIVE');
    const before = await runOf(id);
    process.kill(Number(readFileSync('/var/run/docker.pid', 'utf8')), 'SIGKILL');
    await waitFor('the engine', async () => shell('docker version').then(() => true, () => false));
    expect(await runOf(id)).toBe(before);
    await waitFor('the stop to be accepted', async () => cloud.request('POST', `/compute/v2.1/servers/${id}/action`, { 'os-stop': null }).then(() => true, () => false));
    await untilStatus(id, 'SHUTOFF');
    await remove(id);
  });

  test.each<[string, (id: string) => string, string]>([
    ['stopped', (id) => `docker stop -t 1 nova-${id}`, 'SHUTOFF'],
    ['started', (id) => `docker stop -t 1 nova-${id} && docker start nova-${id}`, 'ACTIVE'],
    ['paused', (id) => `docker pause nova-${id}`, 'PAUSED'],
    ['removed', (id) => `docker rm -f nova-${id}`, 'ERROR'],
  ])('P5: a container %s by hand shows within 60 s', async (_what, command, status) => {
    const id = await boot();
    await untilStatus(id, 'ACTIVE');
    await shell(command(id));
    await untilStatus(id, status);
    await remove(id);
  });

  test('P5: the database killed: what is accepted afterwards is done', async () => {
    const postmaster = Number(readFileSync(join(cloud.home, 'db/data/postmaster.pid'), 'utf8').split('\n')[0]);
    process.kill(postmaster, 'SIGKILL');
    const id = await waitFor('a boot to be accepted', async () => boot().catch(() => undefined));
    await untilStatus(id, 'ACTIVE');
    await remove(id);
  });

  test('P6: a container that is not ours is never touched, whatever its name', async () => {
    const name = `nova-${randomUUID()}`;
    const foreign = (await shell(`docker run -d --name ${name} --network none nd-chaos`)).slice(0, 64);
    const startedAt = await shell(`docker inspect ${foreign} --format '{{.State.StartedAt}}'`);
    await cloud.agent().kill('SIGKILL');
    await cloud.startAgent();
    const id = await boot();
    await untilStatus(id, 'ACTIVE');
    await remove(id);
    expect(await shell(`docker inspect ${foreign} --format '{{.State.StartedAt}}'`)).toBe(startedAt);
    await shell(`docker rm -f ${foreign}`);
  });
});
