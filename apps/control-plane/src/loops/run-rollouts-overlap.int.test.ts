import { advanceRollout, getRolloutPlan, putProfile } from '@novadock/cloud';
import { defaultHostProfile } from '@novadock/model';
import { inTransaction } from '@novadock/store';
import { afterEach, describe, expect, test } from 'vitest';
import { createRolloutFleet, failed, went, type Outcome, type RolloutFleet } from '../testing/rollout-fleet.ts';
import { names, watchRollouts } from '../testing/watch-rollouts.ts';

let fleet: RolloutFleet;
afterEach(() => fleet.close());

const { bringUp, untilState, untilHost, peakOf, assertHistory } = watchRollouts(() => fleet);
const open = async (count: number) => {
  fleet = await createRolloutFleet(names(count));
  await bringUp();
};
const only = (...hosts: string[]) => ({ labels: {}, hosts, exclude: [] });
const nextRevision = () => putProfile(fleet.cloud, 'fleet', { ...defaultHostProfile, engine: { ...defaultHostProfile.engine, version: '30.0' } });
const revisionOf = (name: string) => fleet.agents.get(name)!.facts.setup?.revision;
/** The last run of a host, which hangs, comes to its end. */
const end = (name: string, outcome: NonNullable<Outcome>) => {
  const agent = fleet.agents.get(name)!;
  const request = agent.setups.started.at(-1)!;
  if (outcome.succeeded) fleet.become(agent, request);
  agent.setups.write(request.runId, { ended: outcome });
};
/** Has all done that there is to do by now: what has not begun then does not begin. */
const passes = async (number: number) => {
  for (let idle = 0; idle < 3; ) idle = (await advanceRollout(fleet.cloud, number)).transitions === 0 ? idle + 1 : 0;
};
const canaryH1 = { canary: { count: 1, hosts: ['h1'], bake: '0s' } };

describe('other rollouts', () => {
  test('R9: a new target supersedes: the host in flight finishes, those to come are of the new one', async () => {
    await open(3);
    fleet.behave((_, { kind }) => (kind === 'apply' ? undefined : went()));
    const old = await fleet.begin({ strategy: { maxInFlight: 1 } });
    await expect.poll(async () => [...(await fleet.hosts(old)).values()].some(({ state }) => state === 'applying' || state === 'restarting')).toBe(true);
    await putProfile(fleet.cloud, 'fleet', { ...defaultHostProfile, engine: { ...defaultHostProfile.engine, version: '30.0' } });
    const next = await fleet.begin({ strategy: { maxInFlight: 1 } });
    expect(await fleet.rollout(old)).toMatchObject({ state: 'superseded', supersededBy: 'r-2' });
    fleet.behave(() => went());
    const busy = [...(await fleet.hosts(old)).values()].find(({ state }) => state === 'applying' || state === 'restarting')!;
    const agent = fleet.agents.get(busy.name)!;
    const request = agent.setups.started.at(-1)!;
    fleet.become(agent, request);
    agent.setups.write(request.runId, { ended: went() });
    await untilState(next, 'succeeded');
    expect(fleet.runsOf(busy.name)).toEqual(['check fleet@2', 'stage fleet@2', 'apply fleet@2', 'check fleet@3', 'stage fleet@3', 'apply fleet@3']);
    for (const name of fleet.agents.keys()) if (name !== busy.name) expect(fleet.runsOf(name)).toEqual(['check fleet@3', 'stage fleet@3', 'apply fleet@3']);
    expect(await peakOf(old)).toBe(1);
  });

  test('R9, R7: a rollout is rolled back after a newer one whose canary failed and returned; not while that one goes on, or has left hosts changed', async () => {
    await open(2);
    const old = await fleet.begin();
    await untilState(old, 'succeeded');
    await putProfile(fleet.cloud, 'fleet', { ...defaultHostProfile, engine: { ...defaultHostProfile.engine, version: '30.0' } });
    fleet.behave((_, { kind, profile }) => (kind === 'apply' && profile?.revision === 3 ? failed('ENGINE_CONFIG_INVALID') : went()));
    const next = await fleet.begin({ strategy: { canary: { count: 1, bake: '0s' } } });
    await untilState(next, 'paused', 'threshold');
    await expect.poll(async () => (await fleet.rollout(next)).counts.running).toBe(0);
    await expect(fleet.order(old, { do: 'rollback', scope: 'touched' })).rejects.toMatchObject({ reason: 'RolloutSuperseded', message: expect.stringContaining('r-2') as unknown });
    await fleet.order(next, { do: 'abort', policy: 'keep' });
    await fleet.store.prisma.rolloutHost.updateMany({ where: { rollout: next, state: 'reverted' }, data: { touched: true } });
    await expect(fleet.order(old, { do: 'rollback', scope: 'touched' })).rejects.toMatchObject({ reason: 'RolloutSuperseded' });
    await fleet.store.prisma.rolloutHost.updateMany({ where: { rollout: next, state: 'reverted' }, data: { touched: false } });
    fleet.behave(() => went());
    await fleet.order(old, { do: 'rollback', scope: 'touched' });
    await untilState(old, 'rolled_back', 'operator');
    for (const name of fleet.agents.keys()) expect(fleet.runsOf(name).at(-1)).toBe('apply fleet@1');
    await assertHistory(old);
  });
});

describe('an older rollout that goes on with other hosts', () => {
  /** r-1 has brought h1 to revision 2, is at work on another host, `busy`, and has a third to come; r-2 has brought h1 to revision 3. */
  const overtaken = async () => {
    await open(3);
    fleet.behave((name, { kind, profile }) => (name !== 'h1' && kind === 'apply' && profile?.revision === 2 ? undefined : went()));
    const old = await fleet.begin({ strategy: { ...canaryH1, maxInFlight: 1, failure: { max: 0, action: 'rollback' } } });
    await untilHost(old, 'h1', 'healthy');
    const busy = () => ['h2', 'h3'].find((name) => fleet.runsOf(name).at(-1) === 'apply fleet@2');
    await expect.poll(busy).toBeDefined();
    await nextRevision();
    const next = await fleet.begin({ selection: only('h1') });
    await untilState(next, 'succeeded');
    expect([revisionOf('h1'), (await fleet.rollout(old)).state]).toEqual([3, 'running']);
    return { old, next, busy: busy()! };
  };

  test('R9, R7: that rolls back by itself leaves hosts where a newer one brought them', async () => {
    const { old, next, busy } = await overtaken();
    end(busy, failed('ENGINE_CONFIG_INVALID'));
    await untilState(old, 'rolled_back', 'threshold');
    await passes(old);
    expect([revisionOf('h1'), fleet.runsOf('h1').at(-1), fleet.runsOf(busy).at(-1)]).toEqual([3, 'apply fleet@3', 'apply fleet@1']);
    expect(await fleet.rollout(next)).toMatchObject({ state: 'succeeded', counts: { ok: 1 } });
  });

  test('R9, R7: that is rolled back by hand does so too, and says so where it has no other', async () => {
    const { old, busy } = await overtaken();
    const { hostId } = (await fleet.hosts(old)).get('h1')!;
    await expect(fleet.order(old, { do: 'rollback', scope: { hosts: [hostId] } })).rejects.toMatchObject({ code: 'conflict', reason: 'NothingToRevert', message: expect.stringContaining('r-2') as unknown });
    await fleet.order(old, { do: 'rollback', scope: 'touched' });
    end(busy, went());
    await untilState(old, 'rolled_back', 'operator');
    expect([revisionOf('h1'), fleet.runsOf('h1').at(-1), fleet.runsOf(busy).at(-1)]).toEqual([3, 'apply fleet@3', 'apply fleet@1']);
  });

  test('R9: once that has succeeded, its rollback returns the hosts that no newer one has', async () => {
    await open(2);
    const old = await fleet.begin();
    await untilState(old, 'succeeded');
    await nextRevision();
    await untilState(await fleet.begin({ selection: only('h1') }), 'succeeded');
    await fleet.order(old, { do: 'rollback', scope: 'touched' });
    await untilState(old, 'rolled_back', 'operator');
    expect([revisionOf('h1'), revisionOf('h2')]).toEqual([3, 1]);
  });

  test('R9: does not retry hosts that a newer one has', async () => {
    await open(2);
    fleet.behave((_, { kind, profile }) => (kind === 'apply' && profile?.revision === 2 ? failed('ENGINE_CONFIG_INVALID') : went()));
    const old = await fleet.begin({ strategy: canaryH1 });
    await untilState(old, 'paused', 'threshold');
    await untilHost(old, 'h1', 'reverted');
    await nextRevision();
    await untilState(await fleet.begin({ selection: only('h1') }), 'succeeded');
    await expect(fleet.order(old, { do: 'retry' })).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('r-2') as unknown });
    fleet.behave(() => went());
    await fleet.order(old, { do: 'resume' });
    await untilState(old, 'succeeded');
    expect([revisionOf('h1'), revisionOf('h2')]).toEqual([3, 2]);
  });

  test('R9: takes no host in as a late joiner that a newer one has', async () => {
    await open(2);
    await fleet.store.prisma.host.update({ where: { name: 'h1' }, data: { labels: { rack: 'a' } } });
    const h2 = fleet.agents.get('h2')!;
    h2.facts.setup = { ...h2.facts.setup!, revision: 2 };
    await fleet.store.prisma.host.update({ where: { name: 'h2' }, data: { facts: h2.facts } });
    fleet.behave((name, { kind }) => (name === 'h1' && kind === 'apply' ? undefined : went()));
    const old = await fleet.begin({ selection: { labels: { rack: 'a' }, hosts: [], exclude: [] } });
    await expect.poll(() => fleet.runsOf('h1').at(-1)).toBe('apply fleet@2');
    await fleet.store.prisma.host.update({ where: { name: 'h2' }, data: { labels: { rack: 'a' } } });
    await passes(old);
    await nextRevision();
    await untilState(await fleet.begin({ selection: only('h2') }), 'succeeded');
    await passes(old);
    expect([...(await fleet.hosts(old)).keys()]).toEqual(['h1']);
    end('h1', went());
    await untilState(old, 'succeeded');
    expect([revisionOf('h2'), fleet.runsOf('h2').at(-1)]).toEqual([3, 'apply fleet@3']);
  });

  test('R9: finishes a host that it has begun and the newer one does not have', async () => {
    await open(3);
    fleet.behave((name, { kind }) => (name === 'h2' && kind === 'stage' ? undefined : went()));
    const old = await fleet.begin({ strategy: { canary: { count: 1, hosts: ['h2'], bake: '0s' } } });
    await untilHost(old, 'h2', 'staging');
    await nextRevision();
    const next = await fleet.begin({ selection: only('h1', 'h3') });
    await untilState(next, 'succeeded');
    expect((await fleet.hosts(old)).get('h2')).toMatchObject({ state: 'staging' });
    end('h2', went({ changed: 0 }));
    await untilState(old, 'succeeded');
    expect(['h1', 'h2', 'h3'].map(revisionOf)).toEqual([3, 2, 3]);
    expect((await fleet.rollout(old)).counts).toMatchObject({ ok: 1, skipped: 2 });
  });

  test('R9, R2: a canary that is watched does not fail for what a newer one does to it', async () => {
    await open(2);
    const old = await fleet.begin({ strategy: { canary: { count: 1, hosts: ['h1'], bake: '1h' } } });
    await untilHost(old, 'h1', 'healthy');
    await nextRevision();
    fleet.behave((_, { kind, profile }) => (kind === 'apply' && profile?.revision === 3 ? undefined : went()));
    const next = await fleet.begin({ selection: only('h1') });
    await expect.poll(() => fleet.runsOf('h1').at(-1)).toBe('apply fleet@3');
    await fleet.store.prisma.host.update({ where: { name: 'h1' }, data: { ready: false, readyChangedAt: new Date(Date.now() - 60_000) } });
    await passes(old);
    expect((await fleet.hosts(old)).get('h1')).toMatchObject({ state: 'healthy', failure: null });
    end('h1', went());
    await untilHost(next, 'h1', 'healthy');
  });
});

describe('two rollouts of the same hosts that are started at the same moment', () => {
  const rounds = 5;
  /** No control plane is there to do anything: what counts is what the two starts come to. */
  const openQuietly = async () => {
    fleet = await createRolloutFleet(['h1', 'h2', 'h3']);
    await fleet.store.prisma.host.updateMany({ data: { up: true } });
  };
  const startBoth = (numbers: number[]) => Promise.allSettled(numbers.map((number) => fleet.order(number, { do: 'start' })));

  test('R9: one of them supersedes the other', async () => {
    await openQuietly();
    for (let round = 0; round < rounds; round += 1) {
      const pair = [await fleet.create(), await fleet.create()];
      expect((await startBoth(pair)).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
      const states = await Promise.all(pair.map(async (number) => (await fleet.rollout(number)).state));
      expect(states.toSorted()).toEqual(['running', 'superseded']);
    }
  });

  test('R9: of two that supersede nothing, one is refused', async () => {
    await openQuietly();
    for (let round = 0; round < rounds; round += 1) {
      const pair = [await fleet.create({ strategy: { supersede: false } }), await fleet.create({ strategy: { supersede: false } })];
      const ends = await startBoth(pair);
      expect(ends.flatMap((end) => (end.status === 'rejected' ? [(end.reason as { reason: string }).reason] : []))).toEqual(['rolloutOverlap']);
      const running = pair[ends.findIndex(({ status }) => status === 'fulfilled')]!;
      await fleet.order(running, { do: 'abort', policy: 'keep' });
    }
  });

  test('R2: a transaction that meets a host which another rollout has begun meanwhile is tried again', async () => {
    await openQuietly();
    const [one, other] = [await fleet.create(), await fleet.create()];
    const begin = async (number: number) => fleet.store.prisma.$executeRaw`UPDATE "RolloutHost" SET state = 'precheck' WHERE rollout = ${number}`;
    await begin(one);
    let tries = 0;
    await inTransaction(fleet.store, async (tx) => {
      tries += 1;
      if (tries === 1) await tx.$executeRaw`UPDATE "RolloutHost" SET state = 'precheck' WHERE rollout = ${other}`;
      if (tries === 2) await tx.rolloutHost.updateMany({ where: { rollout: other }, data: { state: 'precheck' } });
    });
    expect(tries).toBe(3);
  });
});

test('a rollout whose hosts are all blocked is not started, and says why', async () => {
  await open(1);
  await fleet.boot();
  await expect.poll(() => fleet.store.prisma.instance.count({ where: { observedPower: 'running' } })).toBe(1);
  const agent = fleet.agents.get('h1')!;
  agent.facts.engine = { ...agent.facts.engine, liveRestore: false };
  await fleet.store.prisma.host.update({ where: { name: 'h1' }, data: { facts: agent.facts } });
  const number = await fleet.create();
  expect((await getRolloutPlan(fleet.cloud, number)).plan.blocked).toMatchObject([{ host: 'h1', code: 'LIVE_RESTORE_OFF' }]);
  await expect(fleet.order(number, { do: 'start' })).rejects.toMatchObject({ code: 'conflict', reason: 'NothingToChange', message: expect.stringMatching(/h1: Live-restore is off/) as unknown });
  expect((await fleet.rollout(number)).state).toBe('planned');
});
