import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { actOnInstance, controlPlaneIdentity, getInstance, type Cloud } from '@novadock/cloud';
import { CloudError, serverStatus } from '@novadock/model';
import { createFakeAgent } from '@novadock/testing';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createTestCloud, type TestCloud } from '../../../../libs/cloud/src/testing/test-cloud.ts';
import { ownHosts, type HostOwner } from './own-hosts.ts';

const log = pino({ level: 'silent' });
const blobs = { read: () => createReadStream(join(import.meta.dirname, '../../../../images/hello/hello-amd64.tar')) };

describe('the loops between the database and an agent', () => {
  let t: TestCloud;
  let agent: ReturnType<typeof createFakeAgent>;
  let hostId: string;
  let owner: HostOwner;
  let cloud: Cloud;

  /** A control plane's loops; as after a start, it owns the hosts that nobody owns. */
  const startLoops = async () => {
    owner = ownHosts({ replicaId: randomUUID(), identity: await controlPlaneIdentity(t.cloud.authority), log, controllerUrl: 'https://cloud.test:8774', onSetupRecorded: () => {}, connect: () => ({ ...agent, close: () => {} }) });
    cloud = { ...t.cloud, blobs: { ...blobs } as unknown as Cloud['blobs'], hosts: owner };
    await owner.start(cloud);
    await expect.poll(() => owner.isUp(hostId)).toBe(true);
  };
  beforeEach(async () => {
    t = await createTestCloud();
    hostId = (await t.addHost('host1')).id;
    agent = createFakeAgent();
    await startLoops();
  });
  afterEach(async () => {
    await owner.stop();
    await t.close();
  });

  const statusOf = async (id: string) => serverStatus(await getInstance(cloud, t.auth, id)).status;
  const untilStatus = (id: string, status: string) => expect.poll(() => statusOf(id)).toBe(status);
  const boot = async () => {
    const [instance] = await t.boot();
    owner.wake(hostId);
    return instance!.id;
  };
  const act = (id: string, action: 'stop' | 'start' | 'delete' | 'rebootHard') => actOnInstance(cloud, t.auth, { id, action, requestId: `req-${randomUUID()}` });

  test('a boot becomes ACTIVE, with its image sent once, and a delete leaves nothing', async () => {
    const [first, second] = [await boot(), await boot()];
    await untilStatus(first, 'ACTIVE');
    await untilStatus(second, 'ACTIVE');
    expect(agent.images).toEqual(new Set(['sha256:1']));
    await act(first, 'delete');
    await expect.poll(() => statusOf(first).catch((error: CloudError) => error.code)).toBe('notFound');
    expect(agent.status(first)?.power ?? 'absent').toBe('absent');
  });

  test('P2: a boot whose reply is lost becomes ACTIVE, and P1: in one container', async () => {
    agent.behaviour.losesReply = () => true;
    const id = await boot();
    await untilStatus(id, 'ACTIVE');
    expect(agent.containersMade(id)).toBe(1);
  });

  test('P2: a boot that the agent did not hear is sent again', async () => {
    let refusals = 0;
    agent.behaviour.refusal = () => (++refusals <= 2 ? new CloudError('unavailable', 'not now') : undefined);
    const id = await boot();
    await untilStatus(id, 'ACTIVE');
    expect(refusals).toBe(3);
  });

  test('P2: a boot accepted while the agent is away is done when it is back', async () => {
    agent.goDown();
    await expect.poll(() => owner.isUp(hostId)).toBe(false);
    // The host was there when it was picked.
    const [instance] = await t.boot();
    expect(await statusOf(instance!.id)).toBe('BUILD');
    agent.comeBack({ forgetful: true });
    await untilStatus(instance!.id, 'ACTIVE');
  });

  test('P2: a boot accepted by a control plane that died is done by the next', async () => {
    await owner.stop();
    const [instance] = await t.boot();
    await startLoops();
    await untilStatus(instance!.id, 'ACTIVE');
    expect(agent.containersMade(instance!.id)).toBe(1);
  });

  test('P2: a boot that the host cannot do is in ERROR with the reason', async () => {
    agent.behaviour.failure = () => ({ code: 'invalid', message: 'no such command' });
    const id = await boot();
    await untilStatus(id, 'ERROR');
    expect((await getInstance(cloud, t.auth, id)).fault).toMatchObject({ message: 'no such command' });
  });

  test('P2: a boot whose image is gone is in ERROR with the reason', async () => {
    cloud.blobs.read = () => { throw new CloudError('notFound', 'its bytes are gone'); };
    const id = await boot();
    await untilStatus(id, 'ERROR');
    expect((await getInstance(cloud, t.auth, id)).fault).toMatchObject({ message: expect.stringContaining('gone') });
  });

  test('P2: a row that no agent can run is in ERROR, and keeps no other waiting', async () => {
    await t.store.prisma.image.update({ where: { id: t.image.id }, data: { properties: {} } });
    const [poisoned, next] = [(await t.boot())[0]!.id, (await t.boot())[0]!.id];
    await t.store.prisma.instance.update({ where: { id: poisoned }, data: { metadata: { os_command_line: '"oops' } } });
    owner.wake(hostId);
    await untilStatus(next, 'ACTIVE');
    await untilStatus(poisoned, 'ERROR');
  });

  test('while an image is sent, other commands are carried out, and a boot that was deleted meanwhile is not begun', async () => {
    const first = await boot();
    await untilStatus(first, 'ACTIVE');
    agent.images.clear();
    let arrive = () => {};
    agent.putImage = ({ engineId }) => new Promise((resolve) => (arrive = () => resolve(void agent.images.add(engineId))));
    await owner.stop();
    await startLoops();
    const waiting = await boot();
    await act(first, 'delete');
    await expect.poll(() => statusOf(first).catch((error: CloudError) => error.code)).toBe('notFound');
    await act(waiting, 'delete');
    await expect.poll(() => statusOf(waiting).catch((error: CloudError) => error.code)).toBe('notFound');
    arrive();
    expect(agent.containersMade(waiting)).toBe(0);
  });

  test('P3: an agent that restarted and knows no generation is not told to do again what runs', async () => {
    const id = await boot();
    await untilStatus(id, 'ACTIVE');
    const before = agent.applied.length;
    agent.goDown();
    agent.comeBack({ forgetful: true });
    await expect.poll(() => owner.isUp(hostId)).toBe(true);
    await act(id, 'stop');
    await untilStatus(id, 'SHUTOFF');
    expect(agent.applied.slice(before).map(({ spec }) => spec.power)).toEqual(['stopped']);
  });

  test('P5: what happened while the connection was lost is seen when it is back', async () => {
    const [exits, goes] = [await boot(), await boot()];
    await untilStatus(exits, 'ACTIVE');
    await untilStatus(goes, 'ACTIVE');
    agent.goDown();
    agent.exit(exits, { exitCode: 137, oomKilled: true });
    agent.removeBehindBack(goes);
    agent.comeBack({ forgetful: true });
    await untilStatus(exits, 'SHUTOFF');
    await untilStatus(goes, 'ERROR');
    expect(await getInstance(cloud, t.auth, exits)).toMatchObject({ exitCode: 137, oomKilled: true });
  });

  test('P3: what a restart of the host stopped runs again', async () => {
    const id = await boot();
    await untilStatus(id, 'ACTIVE');
    agent.exit(id, { exitCode: 255, lostToRestart: true });
    await expect.poll(async () => (await getInstance(cloud, t.auth, id)).observedGeneration).toBe(2);
    await untilStatus(id, 'ACTIVE');
  });

  test('a former owner is refused by the agent: the one with the higher epoch commands it', async () => {
    const former = agent.applied.length;
    const [{ epoch }] = (await t.store.pool.query<{ epoch: string }>('SELECT epoch FROM "Host"')).rows as [{ epoch: string }];
    await owner.stop();
    await startLoops();
    const id = await boot();
    await untilStatus(id, 'ACTIVE');
    expect(agent.applied[former]?.epoch).toBe(Number(epoch) + 1);
    await expect(agent.applyInstance({ ...agent.applied[former]!, epoch: Number(epoch) })).rejects.toMatchObject({ reason: 'staleEpoch' });
  });
});
