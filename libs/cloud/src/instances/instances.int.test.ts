import { randomUUID } from 'node:crypto';
import { serverStatus, type InstanceStatus } from '@novadock/model';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deleteHost } from '../hosts/delete-host.ts';
import { actOnInstance } from './act-on-instance.ts';
import { createInstances } from './create-instances.ts';
import { getInstance } from './get-instance.ts';
import { listInstanceActions } from './instance-actions.ts';
import { listInstances } from './list-instances.ts';
import { recordStatuses } from './record-statuses.ts';
import { createTestCloud, type TestCloud } from '../testing/test-cloud.ts';

const seen = (id: string, status: Partial<InstanceStatus> = {}): InstanceStatus => ({
  id, generation: 1, power: 'running', containerId: 'c1', exitCode: 0, oomKilled: false, startedAtMs: Date.now(), finishedAtMs: 0, error: undefined, step: '', restarts: 0, lostToRestart: false, ...status,
});
const gone = { power: 'absent', containerId: '', startedAtMs: 0 } as const;
const requestId = () => `req-${randomUUID()}`;

describe('instances', () => {
  let t: TestCloud;
  let hostId: string;
  beforeAll(async () => {
    t = await createTestCloud();
    hostId = (await t.addHost('host1')).id;
  });
  afterAll(() => t.close());

  const claims = async () => (await t.store.prisma.host.findUniqueOrThrow({ where: { id: hostId } })).usedMemoryMb;
  const rows = async () => ({ instances: await t.store.prisma.instance.count(), ports: await t.store.prisma.port.count(), actions: await t.store.prisma.instanceAction.count(), memoryMb: await claims() });

  test('a boot is BUILD with a host, room claimed on it and an address, and its host is woken', async () => {
    const before = await claims();
    const [instance] = await t.boot();
    const view = await getInstance(t.cloud, t.auth, instance!.id);
    expect(serverStatus(view)).toMatchObject({ status: 'BUILD', taskState: 'spawning' });
    expect(view.hostName).toBe('host1');
    expect(view.interfaces[0]).toMatchObject({ networkName: 'private_network', fixedIps: [{ address: '192.168.1.3' }] });
    expect(await claims()).toBe(before + 512);
    expect(t.woken.at(-1)).toBe(hostId);
  });

  test('what a host reports makes it ACTIVE, and its create action succeeds', async () => {
    const [instance] = await t.boot();
    await recordStatuses(t.cloud, hostId, { one: seen(instance!.id) });
    expect(serverStatus(await getInstance(t.cloud, t.auth, instance!.id))).toMatchObject({ status: 'ACTIVE', taskState: null, powerState: 1 });
    expect(await listInstanceActions(t.cloud, t.auth, instance!.id)).toMatchObject([{ action: 'create', result: 'Success' }]);
  });

  test('a delete that the host carried out gives everything back', async () => {
    const before = await rows();
    const [instance] = await t.boot();
    await recordStatuses(t.cloud, hostId, { one: seen(instance!.id) });
    await actOnInstance(t.cloud, t.auth, { id: instance!.id, action: 'delete', requestId: requestId() });
    expect(serverStatus(await getInstance(t.cloud, t.auth, instance!.id))).toMatchObject({ status: 'ACTIVE', taskState: 'deleting' });
    await recordStatuses(t.cloud, hostId, { one: seen(instance!.id, { ...gone, generation: 2 }) });
    await expect(getInstance(t.cloud, t.auth, instance!.id)).rejects.toMatchObject({ code: 'notFound' });
    expect(await rows()).toMatchObject({ ports: before.ports, memoryMb: before.memoryMb });
  });

  test('an action in the wrong state is refused in the words of Nova', async () => {
    const [instance] = await t.boot();
    await recordStatuses(t.cloud, hostId, { one: seen(instance!.id) });
    await expect(actOnInstance(t.cloud, t.auth, { id: instance!.id, action: 'start', requestId: requestId() })).rejects.toThrow(`Cannot 'start' instance ${instance!.id} while it is in vm_state active`);
    await actOnInstance(t.cloud, t.auth, { id: instance!.id, action: 'stop', requestId: requestId() });
    await expect(actOnInstance(t.cloud, t.auth, { id: instance!.id, action: 'pause', requestId: requestId() })).rejects.toThrow('while it is in task_state powering-off');
  });

  test('another project does not see it', async () => {
    const [instance] = await t.boot();
    const stranger = { ...t.auth, projectId: 'p2' };
    await expect(getInstance(t.cloud, stranger, instance!.id)).rejects.toMatchObject({ code: 'notFound' });
    await expect(actOnInstance(t.cloud, stranger, { id: instance!.id, action: 'delete', requestId: requestId() })).rejects.toMatchObject({ code: 'notFound' });
    expect((await listInstances(t.cloud, stranger, { limit: 10 })).instances).toEqual([]);
  });

  test('P7: a boot that is asked for again with the same client token makes no second instance', async () => {
    const metadata = { client_token: randomUUID() };
    const [first, second] = await Promise.all([t.boot({ metadata }), t.boot({ metadata })]);
    const [third] = await t.boot({ metadata });
    expect(new Set([first[0]!.id, second[0]!.id, third!.id]).size).toBe(1);
  });

  test.each<[string, Parameters<TestCloud['boot']>[0], string]>([
    ['an unknown image', { imageId: randomUUID() }, 'Can not find requested image'],
    ['an unknown flavor', { flavorId: '99' }, 'Flavor 99 could not be found.'],
    ['an unknown network', { networks: [{ networkId: '00000000-0000-0000-0000-000000000001' }] }, 'Network 00000000-0000-0000-0000-000000000001 could not be found.'],
    ['an unknown key', { keyName: 'nosuch' }, 'Invalid key_name provided.'],
    ['an unknown availability zone', { availabilityZone: 'nosuch' }, 'The requested availability zone is not available'],
    ['a command with an open quote', { metadata: { os_command_line: `sh -c 'x` } }, 'nothing after it'],
    ['a metadata item that is no command', { metadata: { os_command_line: '"oops' } }, 'nothing after it'],
    ['more than the quota', { minCount: 11, maxCount: 11 }, 'Quota exceeded for '],
    ['min over max', { minCount: 3, maxCount: 2 }, 'min_count must be <= max_count'],
  ])('P8: %s is refused, and nothing is left behind', async (_what, change, message) => {
    const before = await rows();
    await expect(t.boot(change)).rejects.toThrow(message);
    expect(await rows()).toEqual(before);
  });

  test('a page begins after its marker, whatever it is sorted by', async () => {
    const all = (await listInstances(t.cloud, t.auth, { limit: 100 })).instances.map(({ id }) => id);
    const paged: string[] = [];
    for (;;) {
      const { instances, more } = await listInstances(t.cloud, t.auth, { limit: 2, ...(paged.length === 0 ? {} : { marker: paged.at(-1)! }) });
      paged.push(...instances.map(({ id }) => id));
      if (!more) break;
    }
    expect(paged).toEqual(all);
    expect(all.length).toBeGreaterThan(4);
  });
});

describe('where no host can take an instance', () => {
  test('it is in ERROR with a fault that names each host and why, holds nothing, and can be deleted', async () => {
    const t = await createTestCloud();
    await t.addHost('small', { memoryMb: 100 });
    await t.addHost('silent', { isUp: false });
    await t.addHost('off', { enabled: false });
    await t.addHost('bare', { ready: false });
    const [instance] = await t.boot();
    const view = await getInstance(t.cloud, t.auth, instance!.id);
    expect(serverStatus(view).status).toBe('ERROR');
    const { message } = view.fault as { message: string };
    expect(message).toBe('No valid host was found. small: too small: it has 100 MB of memory, 512 MB needed; silent: its agent does not answer; off: disabled; bare: its engine is not ready: no runtime');
    expect(await t.store.prisma.port.count()).toBe(0);
    await actOnInstance(t.cloud, t.auth, { id: instance!.id, action: 'delete', requestId: requestId() });
    await expect(getInstance(t.cloud, t.auth, instance!.id)).rejects.toMatchObject({ code: 'notFound' });
    await t.close();
  });

  test('many boots at once never claim more than a host has', async () => {
    const t = await createTestCloud();
    await t.store.prisma.project.update({ where: { id: 'p1' }, data: { quota: { instances: -1, cores: -1, ram: -1 } } });
    const host = await t.addHost('host1', { memoryMb: 2048 });
    const booted = (await Promise.all(Array.from({ length: 10 }, () => t.boot()))).flat();
    const { usedMemoryMb } = await t.store.prisma.host.findUniqueOrThrow({ where: { id: host.id } });
    expect(usedMemoryMb).toBe(3072);
    expect(booted.filter(({ hostId }) => hostId === host.id)).toHaveLength(6);
    expect(booted.filter(({ failed }) => failed)).toHaveLength(4);
    await t.close();
  });
});

describe('boots of several projects at once', () => {
  test('none fails because another holds what it needs', async () => {
    const t = await createTestCloud();
    for (const name of ['host1', 'host2', 'host3']) await t.addHost(name, { memoryMb: 4096 });
    await t.store.prisma.network.update({ where: { id: t.network.id }, data: { shared: true } });
    const projects = Array.from({ length: 6 }, (_, index) => ({ ...t.auth, projectId: `other${index}` }));
    for (const { projectId } of projects) await t.store.prisma.project.create({ data: { id: projectId, name: projectId, quota: { instances: -1, cores: -1, ram: -1 } } });
    await t.store.prisma.image.update({ where: { id: t.image.id }, data: { visibility: 'public' } });
    const outcomes = await Promise.allSettled(projects.flatMap((auth) => [1, 2, 3].map((count) => createInstances(t.cloud, auth, t.request({ minCount: count, maxCount: count })))));
    expect(outcomes.filter(({ status }) => status === 'rejected')).toEqual([]);
    const used = await t.store.prisma.host.aggregate({ _sum: { usedMemoryMb: true } });
    expect(used._sum.usedMemoryMb).toBe(512 * (await t.store.prisma.instance.count({ where: { hostId: { not: null } } })));
    await t.close();
  });

  test('P2: a host is deleted or booted on, never both', async () => {
    const t = await createTestCloud();
    for (let round = 0; round < 10; round += 1) {
      const host = await t.addHost(`host${round}`);
      await Promise.allSettled([t.boot(), deleteHost(t.cloud, host.name), t.boot()]);
    }
    expect(await t.store.prisma.instance.count({ where: { hostId: null, failed: false, deletedAt: null } })).toBe(0);
    await t.close();
  });
});

describe('P5: what the host has and the database says agree again', () => {
  test('a full list finds what events missed: exits, containers that are gone, and strays', async () => {
    const t = await createTestCloud();
    const host = await t.addHost('host1');
    const [exits, vanishes, stays] = [...(await t.boot()), ...(await t.boot()), ...(await t.boot())];
    for (const { id } of [exits!, vanishes!, stays!]) await recordStatuses(t.cloud, host.id, { one: seen(id) });
    const stray = seen(randomUUID());
    const recorded = await recordStatuses(t.cloud, host.id, { all: [seen(exits!.id, { power: 'stopped', exitCode: 1, finishedAtMs: 5 }), seen(stays!.id), stray] });
    const statusOf = async (id: string) => serverStatus(await getInstance(t.cloud, t.auth, id)).status;
    expect(await Promise.all([exits!, vanishes!, stays!].map(({ id }) => statusOf(id)))).toEqual(['SHUTOFF', 'ERROR', 'ACTIVE']);
    expect(recorded.strays).toEqual([stray]);
    await t.close();
  });

  test('P3: what a restart of the host stopped is started again, and nothing else is', async () => {
    const t = await createTestCloud();
    const host = await t.addHost('host1');
    const [runs, exited] = [...(await t.boot()), ...(await t.boot())];
    for (const { id } of [runs!, exited!]) await recordStatuses(t.cloud, host.id, { one: seen(id) });
    const stopped = { power: 'stopped' as const, exitCode: 255, finishedAtMs: 5 };
    const { startAgain } = await recordStatuses(t.cloud, host.id, { all: [seen(runs!.id, { ...stopped, lostToRestart: true }), seen(exited!.id, stopped)] });
    expect(startAgain).toBe(1);
    expect((await getInstance(t.cloud, t.auth, runs!.id)).generation).toBe(2);
    expect((await getInstance(t.cloud, t.auth, exited!.id)).generation).toBe(1);
    await t.close();
  });
});

describe('P4: an instance is started elsewhere only after its old host was fenced', () => {
  test('a host that is gone keeps its instances: no other host is told of them', async () => {
    const t = await createTestCloud();
    const host = await t.addHost('host1');
    const [instance] = await t.boot();
    await recordStatuses(t.cloud, host.id, { one: seen(instance!.id) });
    const other = await t.addHost('host2', { memoryMb: 65_536 });
    t.cloud.hosts.isUp = (id) => id === other.id;
    await actOnInstance(t.cloud, t.auth, { id: instance!.id, action: 'rebootHard', requestId: requestId() });
    expect((await getInstance(t.cloud, t.auth, instance!.id)).hostId).toBe(host.id);
    expect(t.woken.at(-1)).toBe(host.id);
    // What another host says of it changes nothing.
    expect((await recordStatuses(t.cloud, other.id, { one: seen(instance!.id, { generation: 2 }) })).strays).toHaveLength(1);
    expect((await getInstance(t.cloud, t.auth, instance!.id)).observedGeneration).toBe(1);
    await t.close();
  });
});

test('createInstances wakes each host once', async () => {
  const t = await createTestCloud();
  await t.addHost('host1');
  const { instances } = await createInstances(t.cloud, t.auth, t.request({ minCount: 3, maxCount: 3 }));
  expect(instances.map(({ name }) => name)).toEqual(['test1-1', 'test1-2', 'test1-3']);
  expect(t.woken).toHaveLength(1);
  await t.close();
});
