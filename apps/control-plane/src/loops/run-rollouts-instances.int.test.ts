import { actOnInstance } from '@novadock/cloud';
import { afterEach, describe, expect, test } from 'vitest';
import { createRolloutFleet, went, type RolloutFleet } from '../testing/rollout-fleet.ts';
import { watchRollouts } from '../testing/watch-rollouts.ts';

let fleet: RolloutFleet;
afterEach(() => fleet.close());

const { bringUp, untilState, untilHost } = watchRollouts(() => fleet);
const open = async (hosts: string[], options: { bare?: boolean } = {}) => {
  fleet = await createRolloutFleet(hosts, options);
  await bringUp();
};

describe('instances', () => {
  const boot = async () => {
    await open(['h1']);
    const [instance] = await fleet.boot();
    await fleet.startControlPlane();
    const row = () => fleet.store.prisma.instance.findUniqueOrThrow({ where: { id: instance!.id } });
    await expect.poll(async () => (await row()).observedPower).toBe('running');
    return { id: instance!.id, row };
  };

  test('R8: that run on are told as undisturbed', async () => {
    const { row } = await boot();
    const { containerId, startedAt } = await row();
    const number = await fleet.begin();
    await untilState(number, 'succeeded');
    expect(await row()).toMatchObject({ containerId, startedAt });
    expect(await fleet.rollout(number)).toMatchObject({ disturbed: 0, counts: { ok: 1 } });
  });

  test('R8: that were stopped by a run which says that it went well make it a failure', async () => {
    const { id } = await boot();
    fleet.behave((name, { kind, profile }) => {
      if (kind === 'apply' && profile?.revision === 2) fleet.agents.get(name)!.exit(id);
      return went();
    });
    const number = await fleet.begin();
    await untilState(number, 'paused', 'threshold');
    await untilHost(number, 'h1', 'reverted');
    expect((await fleet.hosts(number)).get('h1')).toMatchObject({ failure: 'failed', disturbed: 1, error: { code: 'INSTANCES_DISTURBED' } });
  });
});

describe('instances that change late', () => {
  const boot = async () => {
    await open(['h1']);
    const [instance] = await fleet.boot();
    const row = () => fleet.store.prisma.instance.findUniqueOrThrow({ where: { id: instance!.id } });
    await expect.poll(async () => (await row()).observedPower).toBe('running');
    return { id: instance!.id, row, agent: fleet.agents.get('h1')! };
  };
  const slowly = { strategy: { health: { minHealthy: '2s', hostDeadline: '20s', progressDeadline: '1m' } } };

  test('R8: one that was started anew during the run is not the same any more, though it runs', async () => {
    const { id, row, agent } = await boot();
    fleet.behave((_, { kind, profile }) => (kind === 'apply' && profile!.revision === 2 ? undefined : went()));
    const number = await fleet.begin();
    await expect.poll(() => fleet.runsOf('h1').at(-1)).toBe('apply fleet@2');
    const { startedAt } = await row();
    agent.exit(id, { lostToRestart: true });
    await expect.poll(async () => { const now = await row(); return now.observedPower === 'running' && now.startedAt!.getTime() > startedAt!.getTime(); }).toBe(true);
    const request = agent.setups.started.at(-1)!;
    fleet.become(agent, request);
    agent.setups.write(request.runId, { ended: went() });
    await untilHost(number, 'h1', 'reverted');
    expect((await fleet.hosts(number)).get('h1')).toMatchObject({ failure: 'failed', disturbed: 1, error: { code: 'INSTANCES_DISTURBED', step: expect.stringMatching(/applying|restarting/) as unknown } });
  });

  test('R8: one that dies while its host is verified makes that a failure', async () => {
    const { id, agent } = await boot();
    const number = await fleet.begin(slowly);
    await untilHost(number, 'h1', 'verifying');
    agent.exit(id, { exitCode: 137 });
    await untilHost(number, 'h1', 'reverted');
    expect((await fleet.hosts(number)).get('h1')).toMatchObject({ failure: 'failed', disturbed: 1, error: { code: 'INSTANCES_DISTURBED', step: 'verifying' } });
    expect(fleet.runsOf('h1').at(-1)).toBe('apply fleet@1');
  });

  test.each(['stop', 'delete', 'rebootHard'] as const)('R8: %s by its user meanwhile is none', async (action) => {
    const { id, row } = await boot();
    const { generation } = await row();
    const number = await fleet.begin(slowly);
    await untilHost(number, 'h1', 'verifying');
    await actOnInstance(fleet.cloud, fleet.auth, { id, action, requestId: 'req-2' });
    await expect.poll(async () => (await row()).observedGeneration).toBeGreaterThan(generation);
    await untilState(number, 'succeeded');
    expect(await fleet.rollout(number)).toMatchObject({ disturbed: 0, counts: { ok: 1 } });
  });
});

describe('a host that had no profile', () => {
  test('R7: keeps what it was given while instances run on it, and says what to do: to take it back would stop them', async () => {
    await open(['h1'], { bare: true });
    const number = await fleet.begin();
    await untilState(number, 'succeeded');
    const [instance] = await fleet.boot();
    await expect.poll(async () => (await fleet.store.prisma.instance.findUniqueOrThrow({ where: { id: instance!.id } })).observedPower).toBe('running');
    await fleet.order(number, { do: 'rollback', scope: 'touched' });
    await untilState(number, 'rollback_paused', 'threshold');
    expect((await fleet.hosts(number)).get('h1')).toMatchObject({ state: 'revert_failed', error: { code: 'HOST_IN_USE', message: expect.stringContaining('Move or delete them') as unknown } });
    expect(fleet.runsOf('h1')).toEqual(['check fleet@2', 'stage fleet@2', 'apply fleet@2']);
  });
});
