import { requestSetupRun, setHostEnabled } from '@novadock/cloud';
import { hostCandidates } from '@novadock/store';
import { afterEach, describe, expect, test } from 'vitest';
import { createRolloutFleet, failed, went, type RolloutFleet } from '../testing/rollout-fleet.ts';
import { names, watchRollouts } from '../testing/watch-rollouts.ts';

let fleet: RolloutFleet;
afterEach(() => fleet.close());

const { bringUp, untilUp, untilState, stateOf, untilHost, hostRow, peakOf, assertHistory } = watchRollouts(() => fleet);
const open = async (hosts: string[], options: { replicas?: number } = {}) => {
  fleet = await createRolloutFleet(hosts);
  await bringUp(options);
};

describe('a rollout', () => {
  test('R14: brings hosts to the revision, each looked at, then changed, once, and every transition is one event', async () => {
    await open(names(3));
    const number = await fleet.begin();
    await untilState(number, 'succeeded');
    for (const name of fleet.agents.keys()) expect(fleet.runsOf(name)).toEqual(['check fleet@2', 'stage fleet@2', 'apply fleet@2']);
    for (const step of ['precheck', 'staging', 'applying']) expect(await fleet.metrics.registry.metrics()).toContain(`novadock_rollout_step_seconds_count{step="${step}"}`);
    expect(await fleet.rollout(number)).toMatchObject({ name: 'r-1', counts: { hosts: 3, ok: 3 }, inFlight: 0, disturbed: 0 });
    await assertHistory(number);
    const kinds = (await fleet.events(number)).filter(({ data }) => (data as { host?: string }).host === 'h1').map(({ kind }) => kind.replace('rollout.host_', ''));
    expect(kinds.filter((kind) => kind !== 'restarting')).toEqual(['assigned', 'precheck', 'staging', 'cordoned', 'applying', 'verifying', 'healthy']);
  });

  test('R1: has never more hosts in flight than its limit, with two replicas at it and one of them killed', async () => {
    await open(names(8), { replicas: 2 });
    const number = await fleet.begin({ strategy: { maxInFlight: 2 } });
    await expect.poll(async () => (await fleet.rollout(number)).counts.ok).toBeGreaterThan(1);
    await fleet.stopControlPlane();
    await untilState(number, 'succeeded');
    for (const name of fleet.agents.keys()) expect(fleet.runsOf(name)).toEqual(['check fleet@2', 'stage fleet@2', 'apply fleet@2']);
    await assertHistory(number);
    expect(await peakOf(number)).toBe(2);
  });

  test('R2: goes on where it was when its control plane dies at any moment, and no host does anything twice', async () => {
    fleet = await createRolloutFleet(names(3));
    await fleet.store.prisma.host.updateMany({ data: { up: true } });
    const number = await fleet.begin({ strategy: { maxInFlight: 1 } });
    let deaths = 0;
    for (let known = 0; (await fleet.rollout(number)).state !== 'succeeded' && deaths < 40; deaths += 1) {
      await fleet.startControlPlane();
      await expect.poll(async () => (await fleet.events(number)).length > known || (await fleet.rollout(number)).state === 'succeeded', { interval: 10 }).toBe(true);
      await fleet.stopControlPlane();
      known = (await fleet.events(number)).length;
    }
    expect(deaths).toBeGreaterThan(3);
    expect(await peakOf(number)).toBe(1);
    for (const name of fleet.agents.keys()) expect(fleet.runsOf(name)).toEqual(['check fleet@2', 'stage fleet@2', 'apply fleet@2']);
    await assertHistory(number);
  });

  test('R2: waits for a host that has another run to do, and keeps others off while it is at work', async () => {
    await open(['h1']);
    fleet.behave((_, { kind }) => (kind === 'check' ? undefined : went()));
    const ask = (kind: 'check' | 'apply') => requestSetupRun(fleet.cloud, { host: 'h1', kind, requestId: 'req-1', userId: 'u1' });
    const { id } = await ask('check');
    const number = await fleet.begin();
    await expect.poll(() => fleet.runsOf('h1')).toEqual(['check fleet@2']);
    expect(await stateOf(number, 'h1')).toBe('pending');
    fleet.behave(() => undefined);
    fleet.agents.get('h1')!.setups.write(id, { ended: went({ changed: 0 }) });
    await untilHost(number, 'h1', 'precheck');
    await expect(ask('apply')).rejects.toMatchObject({ reason: 'hostInRollout' });
  });

  test('R3: once a pause has returned no host begins to be changed; the one that is being changed finishes', async () => {
    await open(names(4));
    fleet.behave((_, { kind }) => (kind === 'apply' ? undefined : went()));
    const number = await fleet.begin({ strategy: { maxInFlight: 2, ratePerMinute: null } });
    await expect.poll(async () => [...(await fleet.hosts(number)).values()].filter(({ state }) => state === 'restarting' || state === 'applying').length).toBe(2);
    await fleet.order(number, { do: 'pause' });
    const before = (await fleet.events(number)).length;
    for (const agent of fleet.agents.values()) {
      for (const request of agent.setups.started.filter(({ kind }) => kind === 'apply')) {
        fleet.become(agent, request);
        agent.setups.write(request.runId, { ended: went() });
      }
    }
    await expect.poll(async () => (await fleet.rollout(number)).counts.ok).toBe(2);
    expect((await fleet.events(number)).slice(before).map(({ kind }) => kind)).not.toContain('rollout.host_applying');
    expect(await fleet.rollout(number)).toMatchObject({ state: 'paused', reason: 'operator', counts: { ok: 2, pending: 2 } });
    fleet.behave(() => went());
    await fleet.order(number, { do: 'resume' });
    await untilState(number, 'succeeded');
  });

  test('R4: a canary that fails stops it: that host is back on its own revision, the others were never touched', async () => {
    await open(names(4));
    fleet.behave((_, { kind, profile }) => (kind === 'apply' && profile?.revision === 2 ? failed('ENGINE_CONFIG_INVALID') : went()));
    const number = await fleet.begin({ strategy: { canary: { count: 1, bake: '0s' } } });
    await untilState(number, 'paused', 'threshold');
    await expect.poll(async () => (await fleet.rollout(number)).counts.running).toBe(0);
    const canary = [...(await fleet.hosts(number)).values()].find(({ failure }) => failure !== null)!;
    expect(canary).toMatchObject({ wave: 0, state: 'reverted', touched: false, error: { code: 'ENGINE_CONFIG_INVALID' } });
    const others = [...fleet.agents.keys()].filter((name) => name !== canary.name);
    for (const name of others) expect(fleet.runsOf(name)).toEqual([]);
  });

  test('R4: what a failed host said is told, with the end of its log, and a retry tries only that one', async () => {
    await open(names(3));
    fleet.behave((name, { kind, profile }) => (name === 'h2' && kind === 'apply' && profile?.revision === 2 ? failed('ENGINE_CONFIG_INVALID') : went()));
    const number = await fleet.begin({ strategy: { maxInFlight: 1 } });
    await untilState(number, 'paused', 'threshold');
    await untilHost(number, 'h2', 'reverted');
    expect((await fleet.hosts(number)).get('h2')).toMatchObject({ failure: 'failed', touched: false, error: { code: 'ENGINE_CONFIG_INVALID', step: 'service', logTail: expect.stringContaining('apply on h2') as unknown } });
    expect(fleet.runsOf('h2')).toEqual(['check fleet@2', 'stage fleet@2', 'apply fleet@2', 'apply fleet@1']);
    fleet.behave(() => went());
    await fleet.order(number, { do: 'retry' });
    await fleet.order(number, { do: 'resume' });
    await untilState(number, 'succeeded');
    expect(fleet.runsOf('h2').slice(4)).toEqual(['check fleet@2', 'stage fleet@2', 'apply fleet@2']);
    expect(fleet.runsOf('h1')).toEqual(['check fleet@2', 'stage fleet@2', 'apply fleet@2']);
  });

  test('R11: a host whose packages cannot be fetched fails before anything is touched, and says why with the end of its log', async () => {
    await open(names(2));
    fleet.behave((name, { kind }) => (name === 'h1' && kind === 'stage' ? failed('PACKAGE_NOT_FOUND') : went()));
    const number = await fleet.begin({ strategy: { maxInFlight: 1, failure: { max: 1 } } });
    await untilState(number, 'succeeded');
    expect(fleet.runsOf('h1')).toEqual(['check fleet@2', 'stage fleet@2']);
    expect((await fleet.hosts(number)).get('h1')).toMatchObject({ state: 'failed', touched: false, cordoned: false, error: { code: 'PACKAGE_NOT_FOUND', step: 'service', logTail: expect.stringContaining('stage on h1') as unknown } });
    expect(await hostRow('h1')).toMatchObject({ enabled: true });
  });

  test('R10: fetching counts towards the deadline of a host', async () => {
    await open(['h1']);
    fleet.behave((_, { kind }) => (kind === 'stage' ? undefined : went()));
    const number = await fleet.begin({ strategy: { health: { minHealthy: '0s', hostDeadline: '1s', progressDeadline: '1m' } } });
    await untilHost(number, 'h1', 'timed_out');
    expect((await fleet.hosts(number)).get('h1')).toMatchObject({ touched: false, error: { code: 'HOST_DEADLINE', step: 'staging' } });
  });

  test('R5: a second time changes nothing', async () => {
    await open(names(2));
    await untilState(await fleet.begin(), 'succeeded');
    const number = await fleet.begin();
    await untilState(number, 'succeeded');
    expect(await fleet.rollout(number)).toMatchObject({ planned: 0, counts: { hosts: 2, skipped: 2 } });
    expect(fleet.runsOf('h1')).toHaveLength(3);
  });

  test('R6: leaves no host closed, and none open that an operator had closed', async () => {
    await open(names(2));
    await fleet.store.prisma.host.update({ where: { name: 'h2' }, data: { enabled: false, disabledReason: 'mine' } });
    fleet.behave((_, { kind }) => (kind === 'apply' ? undefined : went()));
    const number = await fleet.begin();
    await expect.poll(async () => (await hostRow('h1')).disabledReason).toBe('Rollout r-1 is at work on it.');
    await expect.poll(() => fleet.runsOf('h1').length + fleet.runsOf('h2').length).toBe(6);
    fleet.behave(() => went());
    for (const agent of fleet.agents.values()) {
      const request = agent.setups.started[2]!;
      fleet.become(agent, request);
      agent.setups.write(request.runId, { ended: went() });
    }
    await untilState(number, 'succeeded');
    expect(await hostRow('h1')).toMatchObject({ enabled: true, disabledReason: null });
    expect(await hostRow('h2')).toMatchObject({ enabled: false, disabledReason: 'mine' });
  });

  test('R6: what an operator orders while it is at work on a host stays', async () => {
    await open(['h1']);
    fleet.behave((_, { kind }) => (kind === 'apply' ? undefined : went()));
    const number = await fleet.begin();
    await expect.poll(() => fleet.runsOf('h1').length).toBe(3);
    await setHostEnabled(fleet.cloud, { id: fleet.ids.get('h1')!, enabled: false, reason: 'broken fan' });
    const request = fleet.agents.get('h1')!.setups.started[2]!;
    fleet.become(fleet.agents.get('h1')!, request);
    fleet.agents.get('h1')!.setups.write(request.runId, { ended: went() });
    await untilState(number, 'succeeded');
    expect(await hostRow('h1')).toMatchObject({ enabled: false, disabledReason: 'broken fan' });
  });

  test('R7: a rollback returns each host to its own: its revision, or to nothing', async () => {
    await open(names(2));
    fleet.agents.get('h2')!.facts.setup = undefined;
    await fleet.store.prisma.host.update({ where: { name: 'h2' }, data: { facts: fleet.agents.get('h2')!.facts } });
    const number = await fleet.begin();
    await untilState(number, 'succeeded');
    await fleet.order(number, { do: 'rollback', scope: 'touched' });
    await untilState(number, 'rolled_back', 'operator');
    expect(fleet.runsOf('h1').at(-1)).toBe('apply fleet@1');
    expect(fleet.runsOf('h2').at(-1)).toBe('undo');
    await expect(fleet.order(number, { do: 'rollback', scope: 'touched' })).rejects.toMatchObject({ code: 'conflict' });
  });
});

test('R7: a host whose revision names no version returns to the engine and the agent that it had', async () => {
  await open(['h1']);
  const agent = fleet.agents.get('h1')!;
  fleet.behave((_, { kind, profile }) => {
    if (kind === 'apply' && profile!.engine.version !== '') agent.facts.engine = { ...agent.facts.engine, version: profile!.engine.version };
    return went();
  });
  const number = await fleet.begin();
  await untilState(number, 'succeeded');
  expect(agent.facts.engine.version).toBe('29.4');
  await fleet.order(number, { do: 'rollback', scope: 'touched' });
  await untilState(number, 'rolled_back', 'operator');
  expect(agent.setups.started.at(-1)!.profile).toMatchObject({ name: 'fleet', revision: 1, engine: { version: '20.10.24' }, agentVersion: '' });
  expect(agent.facts.engine.version).toBe('20.10.24');
});

describe('absent hosts', () => {
  test('R13: a host that is away at its turn is no failure, and gets the target when it is back, before it takes instances', async () => {
    await open(names(3));
    fleet.agents.get('h2')!.goDown();
    await untilUp(2);
    const number = await fleet.begin({ strategy: { offline: { policy: 'catch-up', after: '0s' } } });
    await untilState(number, 'succeeded');
    expect(await fleet.rollout(number)).toMatchObject({ counts: { ok: 2, offline: 1, failed: 0 } });
    expect(fleet.runsOf('h2')).toEqual([]);
    fleet.behave((_, { kind }) => (kind === 'check' ? undefined : went()));
    fleet.agents.get('h2')!.comeBack();
    await expect.poll(async () => fleet.runsOf('h2')).toEqual(['check fleet@2']);
    expect(await hostRow('h2')).toMatchObject({ enabled: false, disabledReason: 'Rollout r-1 is at work on it.' });
    const [check] = fleet.agents.get('h2')!.setups.started;
    fleet.agents.get('h2')!.setups.write(check!.runId, { ended: went({ changed: 0 }) });
    await untilHost(number, 'h2', 'healthy');
    expect(await hostRow('h2')).toMatchObject({ enabled: true });
    expect(fleet.runsOf('h2')).toEqual(['check fleet@2', 'stage fleet@2', 'apply fleet@2']);
  });

  test('R13: nothing is placed on a host that has come back before the rollout has looked at it', async () => {
    await open(names(3));
    fleet.agents.get('h2')!.goDown();
    await untilUp(2);
    const number = await fleet.begin({ strategy: { offline: { policy: 'catch-up', after: '0s' } } });
    await untilState(number, 'succeeded');
    // From here on no rollout looks at anything.
    await fleet.stopControlPlane();
    const returning = async () => (await hostCandidates(fleet.store)).filter(({ isReturning }) => isReturning).map(({ name }) => name);
    const h2 = (data: object) => fleet.store.prisma.host.update({ where: { name: 'h2' }, data });
    await h2({ up: true, upChangedAt: new Date() });
    expect(await returning()).toEqual(['h2']);
    await h2({ upChangedAt: new Date(Date.now() - 10_000) });
    expect(await returning()).toEqual([]);
    // Its agent answers already, and that is not written down yet.
    await h2({ up: false });
    expect(await returning()).toEqual(['h2']);
    await fleet.order(number, { do: 'abort', policy: 'keep' });
    expect(await returning()).toEqual([]);
  });

  test('one that joins later, and is selected, is brought to the target in the last wave', async () => {
    await open(names(2));
    await fleet.store.prisma.host.update({ where: { name: 'h2' }, data: { labels: { rack: 'b' } } });
    await fleet.store.prisma.host.update({ where: { name: 'h1' }, data: { labels: { rack: 'a' } } });
    fleet.behave((_, { kind }) => (kind === 'apply' ? undefined : went()));
    const number = await fleet.begin({ selection: { labels: { rack: 'a' }, hosts: [], exclude: [] } });
    await expect.poll(() => fleet.runsOf('h1').length).toBe(3);
    await fleet.store.prisma.host.update({ where: { name: 'h2' }, data: { labels: { rack: 'a' } } });
    await expect.poll(async () => (await fleet.hosts(number)).size).toBe(2);
    await expect.poll(async () => (await fleet.events(number)).map(({ kind }) => kind)).toContain('rollout.host_joined');
  });
});
