import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { engineVersions } from '../harness/bare-host/engine-repository.ts';
import { compareTrees } from '../harness/bare-host/tree.ts';
import { agentsOwn, leftByOthers } from '../hosts/left-by-others.ts';
import { briskly, openFleet, type Fleet } from './open-fleet.ts';
import { readHistory } from './read-history.ts';
import type { Machine } from './read-machine.ts';

const names = (process.env.NOVADOCK_FLEET ?? 'h1 h2 h3 h4 h5 h6').split(' ');
const settings = (file: string, more: object = {}) => ({ 'live-restore': true, 'log-driver': 'json-file', 'log-opts': { 'max-size': '10m', 'max-file': file }, ...more });
/** As it begins; each scenario goes on from it. */
const plain = { engine: { version: engineVersions.old, settings: settings('3') } };
/** What takes a restart of the engine. */
const pools = { 'default-address-pools': [{ base: '10.240.0.0/16', size: 24 }] };

describe('rollouts over a fleet of bare hosts with instances on them', () => {
  let fleet: Fleet;

  beforeAll(async () => {
    fleet = await openFleet(names);
  });
  afterAll(() => fleet.close());

  /** Of what each host was before, and is now. */
  const changes = async <Key extends keyof Machine>(before: Map<string, Machine>, key: Key) => {
    const after = await fleet.machines();
    return names.filter((name) => JSON.stringify(before.get(name)?.[key]) !== JSON.stringify(after.get(name)?.[key]));
  };
  const isUndisturbed = async (before: Map<string, Machine>) => {
    expect(await changes(before, 'containers')).toEqual([]);
    for (const { address } of fleet.bare) expect(fleet.streams.gapOf(address).connections).toBe(1);
  };
  const gap = () => `${Math.max(...fleet.bare.map(({ address }) => fleet.streams.gapOf(address).longestMs)).toFixed(0)} ms`;
  const noneIsClosed = async () => {
    for (const host of await fleet.client.hosts.list()) expect([host.name, host.enabled, host.disabledReason, host.setup.state]).toEqual([host.name, true, null, 'ok']);
  };

  test('six bare hosts join by the pasted line, and a plan says who changes and touches nothing', async () => {
    await Promise.all(fleet.bare.map((host) => fleet.controller.join([host], `--label zone=${host.zone}`)));
    await fleet.startReplica();
    await fleet.setProfile('default', plain);
    const watched = fleet.bare.slice(0, 2);
    const before = await Promise.all(watched.map((host) => host.tree()));
    const plan = await fleet.controller.mustNovadock('rollout plan --profile default');
    expect(plan).toContain(`default@2: ${names.length} hosts change, at most 1 at a time\n  ${names.length} hosts:\n    prepared with profile default (revision 2)\n`);
    expect(plan).toMatch(/\n {2}Debian GNU\/Linux 12 \(bookworm\), amd64: docker\.io 20\.10\.24\S+ \(asked h\d\)\nWaves: canary 1 host, stops at 1 failed;/);
    expect(await fleet.controller.mustNovadock('rollout plan --profile default --select zone=a')).toContain(`${names.length / 2} hosts change`);
    expect((await fleet.client.rollouts.list()).length).toBe(0);
    for (const [index, host] of watched.entries()) expect(compareTrees(before[index]!, await host.tree(), [...leftByOthers, agentsOwn])).toEqual([]);
  });

  test('rollout start --watch installs Docker on all, by waves after a canary; instances boot there', async () => {
    const { id, rollout, code, printed } = await fleet.roll('--profile default', { ...briskly, maxInFlight: 3 });
    expect(printed).toMatch(/wave canary: done[^]*wave 50%: running[^]*wave 100%: running[^]*rollout: succeeded[^]*SUCCEEDED.*disturbed instances 0/);
    expect([code, rollout.state, rollout.counts.ok]).toEqual([0, 'succeeded', names.length]);
    const history = await readHistory(fleet.client, id);
    expect(history.gaps).toEqual([]);
    // As many as the last wave has room for.
    expect(history.mostInFlight).toBe(Math.min(3, names.length / 2));
    await noneIsClosed();
    for (const machine of (await fleet.machines()).values()) expect(machine).toMatchObject({ daemonJson: { 'live-restore': true }, packages: expect.stringMatching(/docker\.io 20\.10\.24\S+ hi/) as unknown });
    await fleet.bootOnEach();
    fleet.figures.push(`install on ${names.length} hosts, 3 at a time: ${history.seconds.toFixed(0)} s; each ${sorted(history.secondsOf)} s`);
  });

  test('R8: a setting that takes a restart of the engine goes over all, zone by zone, and no instance is disturbed; again, nothing changes (R5)', async () => {
    const before = await fleet.machines();
    fleet.streams.reset();
    await fleet.setProfile('default', { engine: { version: engineVersions.old, settings: settings('4', pools) } });
    const { id, rollout, code, printed } = await fleet.roll('--profile default', { ...briskly, maxInFlight: { hosts: 3, perZone: 'one-zone' } });
    expect([code, rollout.counts.ok, rollout.disturbed]).toEqual([0, names.length, 0]);
    expect(printed).toContain('disturbed instances 0');
    const history = await readHistory(fleet.client, id);
    expect([history.gaps, history.mostZones]).toEqual([[], 1]);
    await isUndisturbed(before);
    expect(await changes(before, 'enginePid')).toEqual(names);
    const after = await fleet.machines();
    for (const { name } of fleet.bare) {
      expect(after.get(name)?.engineStarts).toBe((before.get(name)?.engineStarts ?? 0) + 1);
      expect(after.get(name)?.daemonJson).toMatchObject({ ...pools, 'log-opts': { 'max-file': '4' } });
    }
    fleet.figures.push(`change of configuration on ${names.length} hosts, one zone at a time: ${history.seconds.toFixed(0)} s; each ${sorted(history.secondsOf)} s; one restart of each engine; longest gap in a TCP stream of an instance ${gap()}`);

    expect(await fleet.controller.mustNovadock('rollout plan --profile default')).toMatch(new RegExp(`0 hosts change[^]*${names.length} hosts there already: `));
    const again = await fleet.roll('--profile default');
    expect([again.code, again.rollout.counts.skipped]).toEqual([0, names.length]);
    expect(await fleet.machines()).toEqual(after);
    await noneIsClosed();
  });

  test('R4: settings that the engine refuses break one canary, which reverts to its own snapshot; no other host is touched', async () => {
    const before = await fleet.machines();
    fleet.streams.reset();
    await fleet.setProfile('refused', { engine: { version: engineVersions.old, settings: settings('4', { ...pools, 'storage-opts': ['nonsense=1'] }) } });
    const { id, rollout, code, printed } = await fleet.roll('--profile refused', { ...briskly, maxInFlight: 1 });
    expect([code, rollout.state, rollout.reason]).toEqual([9, 'paused', 'threshold']);
    expect(printed).toMatch(/FAILED {2}h\d {2}step=engine-config code=ENGINE_CONFIG_INVALID {2}reverted=yes/);
    const [canary] = await fleet.client.rollouts.hosts(id, { state: 'failed' });
    expect(canary).toMatchObject({ state: 'reverted', cordoned: false, disturbed: 0 });
    expect(await changes(before, 'enginePid')).toEqual([canary?.host]);
    expect(await changes(before, 'daemonJson')).toEqual([]);
    await isUndisturbed(before);
    expect(await fleet.controller.mustNovadock(`rollout log ${id} ${canary?.host}`)).toContain('unknown option nonsense');

    // Who lets it go on nevertheless has one more host fail, and no more.
    await fleet.controller.mustNovadock(`rollout resume ${id}`);
    expect(await fleet.client.rollouts.get(id, { wait: 'settled', timeout: 60 })).toMatchObject({ state: 'paused', reason: 'threshold', failures: 2 });
    expect((await changes(before, 'enginePid')).length).toBe(2);
    await fleet.controller.mustNovadock(`rollout abort ${id}`);
    expect(await changes(before, 'daemonJson')).toEqual([]);
    await isUndisturbed(before);
    await noneIsClosed();
    fleet.figures.push(`failing canary (configuration): found and reverted in ${(await readHistory(fleet.client, id)).seconds.toFixed(0)} s with a second one; longest gap ${gap()}`);
  });

  test('R4: a rehearsal on an engine without --validate breaks its canary on purpose, and shows that the fleet is as it was', async () => {
    const before = await fleet.machines();
    fleet.streams.reset();
    const printed = await fleet.controller.mustNovadock('rollout rehearse --canary h1');
    expect(printed).toMatch(/ok {4}h1 failed at the step engine-config: ENGINE_CONFIG_INVALID\nok {4}h1 is reverted, and on the revision that it had\nok {4}the rollout is paused \(threshold\)\nok {4}\d+ other hosts were not touched\nok {4}0 instances were disturbed\n/);
    expect(await changes(before, 'enginePid')).toEqual(['h1']);
    for (const key of ['packages', 'engineVersion', 'daemonJson'] as const) expect(await changes(before, key)).toEqual([]);
    await isUndisturbed(before);
    await noneIsClosed();
    fleet.figures.push(`rehearsal: longest gap ${gap()}`);
  });

  test('an engine that does not start breaks one canary, which runs its old engine again', async () => {
    const before = await fleet.machines();
    fleet.streams.reset();
    await fleet.setProfile('broken', { engine: { version: engineVersions.broken, settings: settings('4', pools) } });
    const { id, rollout, code } = await fleet.roll('--profile broken');
    expect([code, rollout.state, rollout.reason]).toEqual([9, 'paused', 'threshold']);
    const [canary, ...others] = await fleet.client.rollouts.hosts(id, { state: 'failed' });
    expect([canary, others]).toMatchObject([{ state: 'reverted', error: { code: 'ENGINE_UPGRADE_FAILED', step: 'packages' }, disturbed: 0 }, []]);
    expect(await fleet.controller.mustNovadock(`rollout log ${id} ${canary?.host}`)).toContain('this dockerd is broken on purpose');
    expect(await changes(before, 'enginePid')).toEqual([canary?.host]);
    for (const key of ['packages', 'engineVersion', 'daemonJson'] as const) expect(await changes(before, key)).toEqual([]);
    await isUndisturbed(before);
    await fleet.controller.mustNovadock(`rollout abort ${id}`);
    await noneIsClosed();
    fleet.figures.push(`failing canary (engine that does not start): longest gap ${gap()}`);
  });

  test('R8: the engine is upgraded under running instances, and R7: rolled back, each host has its own version again', async () => {
    const before = await fleet.machines();
    fleet.streams.reset();
    await fleet.setProfile('default', { engine: { version: engineVersions.new, settings: settings('4', pools) } });
    const { id, rollout, code } = await fleet.roll('--profile default');
    expect([code, rollout.counts.ok, rollout.disturbed]).toEqual([0, names.length, 0]);
    const history = await readHistory(fleet.client, id);
    expect([history.gaps, history.mostInFlight]).toEqual([[], Math.min(2, names.length / 2)]);
    const upgraded = await fleet.machines();
    for (const machine of upgraded.values()) expect(machine).toMatchObject({ engineVersion: expect.stringContaining(engineVersions.new) as unknown, packages: expect.stringMatching(/docker\.io 20\.10\.26\S+ hi/) as unknown });
    await isUndisturbed(before);
    const restarts = fleet.bare.map(({ name }) => (upgraded.get(name)?.engineStarts ?? 0) - (before.get(name)?.engineStarts ?? 0));
    expect(restarts).toEqual(names.map(() => 1));
    fleet.figures.push(`upgrade of the engine on ${names.length} hosts, 2 at a time: ${history.seconds.toFixed(0)} s; each ${sorted(history.secondsOf)} s; one restart of each engine; longest gap ${gap()}`);

    fleet.streams.reset();
    const startedMs = Date.now();
    await fleet.controller.mustNovadock(`rollout rollback ${id}`);
    expect(await fleet.client.rollouts.get(id, { wait: 'succeeded', timeout: 300 })).toMatchObject({ state: 'rolled_back', disturbed: 0 });
    for (const key of ['packages', 'engineVersion', 'daemonJson'] as const) expect(await changes(before, key)).toEqual([]);
    await isUndisturbed(before);
    await noneIsClosed();
    fleet.figures.push(`rollback of it: ${((Date.now() - startedMs) / 1000).toFixed(0)} s; longest gap ${gap()}`);
  });

  test('R7: a rollout over hosts that differ is rolled back to what each of them had', async () => {
    await fleet.setProfile('zone-b', { engine: { version: '', settings: settings('5', { debug: true }) } });
    expect((await fleet.roll('--profile zone-b --select zone=b')).code).toBe(0);
    const before = await fleet.machines();
    expect(new Set([...before.values()].map(({ daemonJson }) => JSON.stringify(daemonJson))).size).toBe(2);
    await fleet.setProfile('default', { engine: { version: engineVersions.new, settings: settings('6', { 'max-concurrent-downloads': 5 }) } });
    const { id, code } = await fleet.roll('--profile default', { ...briskly, maxInFlight: 3 });
    expect(code).toBe(0);
    await fleet.controller.mustNovadock(`rollout rollback ${id}`);
    expect(await fleet.client.rollouts.get(id, { wait: 'succeeded', timeout: 300 })).toMatchObject({ state: 'rolled_back', disturbed: 0 });
    for (const key of ['daemonJson', 'packages', 'containers'] as const) expect(await changes(before, key)).toEqual([]);
    const profiles = (await fleet.client.hosts.list()).map(({ availabilityZone, setup }) => `${availabilityZone} ${setup.profile}`);
    expect([...new Set(profiles)].toSorted()).toEqual(['a default', 'b zone-b']);
    await noneIsClosed();
  });
});

function sorted(seconds: Map<string, number>): string {
  return [...seconds.values()].toSorted((one, other) => one - other).map((one) => one.toFixed(1)).join(', ');
}
