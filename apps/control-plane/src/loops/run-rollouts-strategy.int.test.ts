import { actOnInstance, advanceRollout, putProfile } from '@novadock/cloud';
import { defaultHostProfile } from '@novadock/model';
import { heldStates } from '@novadock/store';
import { afterEach, describe, expect, test } from 'vitest';
import { createRolloutFleet, went, type RolloutFleet } from '../testing/rollout-fleet.ts';

let fleet: RolloutFleet;
afterEach(() => fleet.close());

const open = async (count: number, zones: string[] = []) => {
  const names = Array.from({ length: count }, (_, index) => `h${index + 1}`);
  fleet = await createRolloutFleet(names);
  for (const [index, zone] of zones.entries()) await fleet.store.prisma.host.update({ where: { name: names[index]! }, data: { availabilityZone: zone } });
  await fleet.startControlPlane();
  await expect.poll(() => fleet.store.prisma.host.count({ where: { up: true } })).toBe(count);
};
const untilState = (number: number, state: string, reason: string | null = null) => expect.poll(async () => { const { state: is, reason: why } = await fleet.rollout(number); return [is, why]; }).toEqual([state, reason]);
const inFlight = async (number: number) => [...(await fleet.hosts(number)).values()].filter(({ state }) => heldStates.includes(state));
const applying = async (number: number) => (await inFlight(number)).filter(({ state }) => state === 'applying' || state === 'restarting');
const begun = () => [...fleet.agents.keys()].filter((name) => fleet.runsOf(name).length > 0);
const hostRow = (name: string) => fleet.store.prisma.host.findUniqueOrThrow({ where: { name } });
/** Applies hang until they are let go. */
const holdApplies = () => fleet.behave((_, { kind }) => (kind === 'apply' ? undefined : went()));
const letGo = () => {
  fleet.behave(() => went());
  for (const agent of fleet.agents.values()) {
    for (const request of agent.setups.started.filter(({ kind }) => kind === 'apply')) {
      fleet.become(agent, request);
      agent.setups.write(request.runId, { ended: went() });
    }
  }
};
/** Has all done that there is to do by now: what has not begun then does not begin. */
const passes = async (number: number) => {
  for (let idle = 0; idle < 3; ) idle = (await advanceRollout(fleet.cloud, number)).transitions === 0 ? idle + 1 : 0;
};
const clockAt = (ms: number) => new Date(Date.now() + ms).toISOString().slice(11, 16);
const hourMs = 3_600_000;

describe('a maintenance window', () => {
  test('that is closed holds a rollout, which goes on by itself when it is open', async () => {
    await open(2);
    const number = await fleet.begin({ strategy: { window: { start: clockAt(2 * hourMs), length: '1h' } } });
    await untilState(number, 'paused', 'window');
    expect(begun()).toEqual([]);
    await fleet.order(number, { do: 'patch', strategy: { window: { start: clockAt(-hourMs), length: '3h' } } });
    await untilState(number, 'succeeded');
  });

  test('that closes lets the host finish that is being changed, and no other begin', async () => {
    await open(2);
    holdApplies();
    const number = await fleet.begin({ strategy: { maxInFlight: 1, window: { start: clockAt(-hourMs), length: '3h' } } });
    await expect.poll(async () => (await applying(number)).length).toBe(1);
    await fleet.store.pool.query(`UPDATE "Rollout" SET strategy = jsonb_set(strategy, '{window,lengthMs}', '1') WHERE number = $1`, [number]);
    await untilState(number, 'paused', 'window');
    letGo();
    await expect.poll(async () => (await fleet.rollout(number)).counts).toMatchObject({ ok: 1, pending: 1, running: 0 });
    expect(begun()).toHaveLength(1);
  });
});

describe('approval', () => {
  test('between waves: the next one begins only then', async () => {
    await open(2);
    const number = await fleet.begin({ strategy: { approval: 'between-waves', waves: ['50%', '100%'] } });
    await untilState(number, 'paused', 'gate');
    expect(begun()).toHaveLength(1);
    await expect(fleet.order(number, { do: 'resume' })).rejects.toMatchObject({ code: 'conflict' });
    await fleet.order(number, { do: 'approve', by: 'u1' });
    await untilState(number, 'succeeded');
  });

  test('before the start: nothing begins before it is given', async () => {
    await open(1);
    const number = await fleet.begin({ strategy: { approval: 'before-start' } });
    await passes(number);
    expect([(await fleet.rollout(number)).state, begun()]).toEqual(['awaiting_approval', []]);
    await fleet.order(number, { do: 'approve', by: 'u1' });
    await untilState(number, 'succeeded');
    expect((await fleet.rollout(number)).approvedBy).toBe('u1');
  });
});

describe('how many at once', () => {
  test('a rate begins so many a minute', async () => {
    await open(4);
    const number = await fleet.begin({ strategy: { ratePerMinute: 2 } });
    await expect.poll(async () => (await fleet.rollout(number)).counts.ok).toBe(2);
    await passes(number);
    expect(begun()).toHaveLength(2);
    // A minute later.
    await fleet.store.pool.query(`UPDATE "RolloutHost" SET "assignedAt" = "assignedAt" - interval '61 seconds' WHERE attempt > 0`);
    await untilState(number, 'succeeded');
  });

  test.each([[1, 2], ['one-zone', 2]] as const)('perZone %s: so many of a zone, or one zone at a time', async (perZone, most) => {
    await open(4, ['a', 'a', 'b', 'b']);
    holdApplies();
    const number = await fleet.begin({ strategy: { maxInFlight: { hosts: '100%', perZone } } });
    await expect.poll(async () => (await applying(number)).length).toBe(most);
    await passes(number);
    const zones = (await inFlight(number)).map(({ zone }) => zone).toSorted();
    expect(zones).toEqual(perZone === 1 ? ['a', 'b'] : [zones[0], zones[0]]);
    letGo();
    await untilState(number, 'succeeded');
  });
});

describe('drain', () => {
  const boot = async () => {
    await open(1);
    const [instance] = await fleet.boot();
    await expect.poll(async () => (await fleet.store.prisma.instance.findUniqueOrThrow({ where: { id: instance!.id } })).observedPower).toBe('running');
    return instance!.id;
  };
  const draining = (drainTimeout: string) => fleet.begin({ strategy: { drain: { mode: 'drain', timeout: drainTimeout } } });
  const untilDraining = async (number: number) => expect.poll(async () => (await fleet.hosts(number)).get('h1')?.state).toBe('draining');

  test('waits, closed to new instances, until those that run are gone; Novadock stops none of them', async () => {
    const id = await boot();
    const number = await draining('15s');
    await untilDraining(number);
    expect(await hostRow('h1')).toMatchObject({ enabled: false, disabledReason: 'Rollout r-1 is at work on it.' });
    expect(fleet.agents.get('h1')!.status(id)).toMatchObject({ power: 'running' });
    await actOnInstance(fleet.cloud, fleet.auth, { id, action: 'stop', requestId: 'req-2' });
    await untilState(number, 'succeeded');
    expect(await hostRow('h1')).toMatchObject({ enabled: true });
  });

  test('that takes too long fails the host, which was not touched and is open again', async () => {
    const id = await boot();
    const number = await draining('1s');
    await untilState(number, 'paused', 'threshold');
    expect((await fleet.hosts(number)).get('h1')).toMatchObject({ state: 'failed', touched: false, error: { code: 'DRAIN_TIMEOUT', message: expect.stringContaining('1 instance was still') as unknown } });
    expect(await hostRow('h1')).toMatchObject({ enabled: true });
    expect([fleet.agents.get('h1')!.status(id)?.power, fleet.runsOf('h1')]).toEqual(['running', ['check fleet@2', 'stage fleet@2']]);
  });
});

describe('hosts that come later', () => {
  test('late joiners are brought to the target', async () => {
    await open(2);
    await fleet.store.prisma.host.update({ where: { name: 'h1' }, data: { labels: { rack: 'a' } } });
    holdApplies();
    const number = await fleet.begin({ selection: { labels: { rack: 'a' }, hosts: [], exclude: [] }, strategy: { maxInFlight: 2 } });
    await expect.poll(async () => (await applying(number)).length).toBe(1);
    await fleet.store.prisma.host.update({ where: { name: 'h2' }, data: { labels: { rack: 'a' } } });
    await expect.poll(async () => (await applying(number)).length).toBe(2);
    letGo();
    await untilState(number, 'succeeded');
    expect(await fleet.rollout(number)).toMatchObject({ planned: 1, counts: { hosts: 2, ok: 2 } });
  });

  test('without them the rollout keeps to those it was planned for', async () => {
    await open(2);
    await fleet.store.prisma.host.update({ where: { name: 'h1' }, data: { labels: { rack: 'a' } } });
    holdApplies();
    const number = await fleet.begin({ selection: { labels: { rack: 'a' }, hosts: [], exclude: [] }, strategy: { lateJoiners: false } });
    await expect.poll(async () => (await applying(number)).length).toBe(1);
    await fleet.store.prisma.host.update({ where: { name: 'h2' }, data: { labels: { rack: 'a' } } });
    await passes(number);
    letGo();
    await untilState(number, 'succeeded');
    expect(await fleet.rollout(number)).toMatchObject({ counts: { hosts: 1 } });
    expect(fleet.runsOf('h2')).toEqual([]);
  });

  test.each([[false, true], [true, false]])('R13: one that is back while the rollout is paused is behind; with a strict profile: %s, it serves: %s', async (strict, enabled) => {
    await open(3);
    const { profile: { revision } } = await putProfile(fleet.cloud, 'fleet', { ...defaultHostProfile, strict, sysctl: { 'vm.swappiness': '1' } });
    fleet.agents.get('h3')!.goDown();
    await expect.poll(() => fleet.store.prisma.host.count({ where: { up: true } })).toBe(2);
    holdApplies();
    const number = await fleet.begin({ strategy: { offline: { policy: 'catch-up', after: '0s' } } });
    await expect.poll(async () => (await fleet.rollout(number)).counts.offline).toBe(1);
    await fleet.order(number, { do: 'pause' });
    fleet.agents.get('h3')!.comeBack();
    await expect.poll(async () => (await fleet.rollout(number)).behind).toBe(1);
    await expect.poll(async () => (await hostRow('h3')).enabled).toBe(enabled);
    await passes(number);
    expect([(await hostRow('h3')).enabled, fleet.runsOf('h3')]).toEqual([enabled, []]);
    letGo();
    await fleet.order(number, { do: 'resume' });
    await untilState(number, 'succeeded');
    expect(await hostRow('h3')).toMatchObject({ enabled: true });
    expect(fleet.runsOf('h3').at(-1)).toBe(`apply fleet@${revision}`);
  });
});
