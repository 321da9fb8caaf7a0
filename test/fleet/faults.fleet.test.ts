import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { engineVersions } from '../harness/bare-host/engine-repository.ts';
import { waitFor } from '../harness/wait-for.ts';
import { briskly, openFleet, type Fleet, type FleetHost } from './open-fleet.ts';
import { readHistory } from './read-history.ts';
import { readMachine } from './read-machine.ts';

const names = (process.env.NOVADOCK_FLEET ?? 'h1 h2 h3 h4 h5 h6').split(' ');
const atOnce = { ...briskly, canary: { count: 0 }, waves: ['100%'] };
const profile = (version: string, file: string) => ({ engine: { version, settings: { 'live-restore': true, 'log-driver': 'json-file', 'log-opts': { 'max-size': '10m', 'max-file': file } } } });

describe('rollouts over a fleet where things break', () => {
  let fleet: Fleet;

  beforeAll(async () => {
    fleet = await openFleet(names);
    await Promise.all(fleet.bare.map((host) => fleet.controller.join([host], `--label zone=${host.zone}`)));
    await fleet.startReplica();
    await fleet.setProfile('default', profile(engineVersions.old, '3'));
    expect((await fleet.roll('--profile default', { ...atOnce, maxInFlight: names.length })).code).toBe(0);
    await fleet.bootOnEach();
  });
  afterAll(() => fleet.close());

  const start = async (strategy: object) => {
    const { id } = await fleet.client.rollouts.create({ profile: 'default', strategy });
    await fleet.client.rollouts.order(id, 'start');
    return id;
  };
  const statesOf = async (id: string) => new Map((await fleet.client.rollouts.hosts(id)).map(({ host, state }) => [host, state]));
  const inState = async (id: string, state: string) => [...(await statesOf(id))].filter(([, is]) => is === state).map(([name]) => name);
  const failuresOf = async (id: string) => (await fleet.client.rollouts.hosts(id, { state: 'failed' })).map(({ host, error }) => `${host}: ${error?.step} ${error?.code}: ${error?.message}`);
  const hostNamed = (name: string) => fleet.bare.find((host) => host.name === name) as FleetHost;
  const owners = async () => (await fleet.store.pool.query<{ name: string; ownerId: string }>('SELECT name, "ownerId" FROM "Host"')).rows;
  const noneIsClosed = async () => {
    for (const { name, enabled, disabledReason } of await fleet.client.hosts.list()) expect([name, enabled, disabledReason]).toEqual([name, true, null]);
  };
  /** A run that changes packages is half way: dpkg has taken the old engine away. */
  const isUnpacking = async (host: FleetHost) => (await host.exec(`grep -qs 'Unpacking docker.io (${engineVersions.new}' /var/lib/novadock/agent/setup/runs/*/journal.ndjson`)).code === 0;

  test('R1, R2, R14: a control plane that drives a rollout is killed while hosts are being changed; the other one goes on within 10 s, and each host does its run once', async () => {
    const before = await fleet.machines();
    const shares = async () => Object.values(Object.groupBy(await owners(), ({ ownerId }) => ownerId)).map((hosts) => hosts?.length);
    expect(await shares()).toEqual([names.length / 2, names.length / 2]);
    await fleet.setProfile('default', profile(engineVersions.old, '4'));
    const id = await start({ ...atOnce, maxInFlight: 3 });
    await waitFor('hosts to be changed', async () => (await inState(id, 'applying')).length >= 2, 60_000, 20);
    await fleet.controller.controlPlane().kill('SIGKILL');
    const killedAtMs = Date.now();
    await waitFor('its hosts to have another owner', async () => (await shares()).length === 1);
    const takenOverMs = Date.now() - killedAtMs;
    expect(takenOverMs).toBeLessThan(10_000);
    const rollout = await fleet.client.rollouts.get(id, { wait: 'settled', timeout: 300 });
    expect(await failuresOf(id)).toEqual([]);
    expect([rollout.state, rollout.counts.ok, rollout.disturbed]).toEqual(['succeeded', names.length, 0]);
    const history = await readHistory(fleet.client, id);
    expect(history.gaps).toEqual([]);
    expect(history.mostInFlight).toBe(3);
    const after = await fleet.machines();
    for (const host of fleet.bare) {
      expect(history.entered.get(`${host.name} applying`)).toBe(1);
      expect((after.get(host.name)?.engineStarts ?? 0) - (before.get(host.name)?.engineStarts ?? 0)).toBe(1);
      expect(after.get(host.name)?.containers).toBe(before.get(host.name)?.containers);
      expect(await runsOf(host, rollout.profile.revision)).toEqual({ runs: 1, cutOff: 0 });
    }
    await noneIsClosed();
    fleet.figures.push(`control plane killed while 2 or more of 3 hosts were being changed: hosts taken over after ${(takenOverMs / 1000).toFixed(1)} s; rollout over ${names.length} hosts ${history.seconds.toFixed(0)} s`);
    await fleet.controller.startControlPlane();
  });

  test('R13: a host that is away at its turn is left out, and catches up when it is back', async () => {
    const before = await fleet.machines();
    const away = fleet.bare.at(-1) as FleetHost;
    await fleet.hosts.fabric.link(away.name, false);
    await waitFor(`${away.name} to be away`, async () => !(await fleet.client.hosts.get(away.name)).up, 120_000, 500);
    await fleet.setProfile('default', profile(engineVersions.old, '5'));
    const { id, rollout, code, printed } = await fleet.roll('--profile default');
    expect([code, rollout.state, rollout.counts.ok, rollout.counts.offline]).toEqual([0, 'succeeded', names.length - 1, 1]);
    expect(printed).toContain(`${away.name}: skipped (offline)`);
    const meanwhile = await fleet.machines();
    expect(meanwhile.get(away.name)).toEqual(before.get(away.name));

    await fleet.hosts.fabric.link(away.name, true);
    const backAtMs = Date.now();
    await waitFor(`${away.name} to catch up`, async () => (await statesOf(id)).get(away.name) === 'healthy', 120_000, 200);
    fleet.figures.push(`a host that was away: on the target ${((Date.now() - backAtMs) / 1000).toFixed(1)} s after its link was back`);
    const after = await fleet.machines();
    expect(after.get(away.name)?.daemonJson).toMatchObject({ 'log-opts': { 'max-file': '5' } });
    for (const name of names) expect(after.get(name)?.containers).toBe(before.get(name)?.containers);
    for (const name of names.slice(0, -1)) expect(after.get(name)).toEqual(meanwhile.get(name));
    expect((await readHistory(fleet.client, id)).gaps).toEqual([]);
    await noneIsClosed();
  });

  test('R6, R10: the power of a host is cut, and the agent of another one killed, while their engines are being replaced', async () => {
    const before = await fleet.machines();
    await fleet.setProfile('default', profile(engineVersions.new, '5'));
    const id = await start({ ...atOnce, failure: { max: '100%', consecutive: 9 } });
    const [plug = ''] = await waitFor('two hosts to be changed', async () => {
      const applying = await inState(id, 'applying');
      return applying.length === 2 && applying;
    }, 60_000, 20);
    await waitFor(`${plug} to be half way`, () => isUnpacking(hostNamed(plug)), 120_000, 20);
    await hostNamed(plug).powerCut();
    await hostNamed(plug).powerOn();
    const killed = await waitFor('another host to be half way', async () => {
      for (const name of await inState(id, 'applying')) if (name !== plug && (await isUnpacking(hostNamed(name)))) return name;
      return undefined;
    }, 120_000, 20);
    await hostNamed(killed).run('kill -9 $(systemctl show -p MainPID --value novadock-agent)');

    const rollout = await fleet.client.rollouts.get(id, { wait: 'settled', timeout: 400 });
    const history = await readHistory(fleet.client, id);
    expect([rollout.state, history.gaps, history.mostInFlight]).toEqual(['succeeded', [], 2]);
    const states = await statesOf(id);
    for (const name of names) if (name !== plug) expect([name, states.get(name)]).toEqual([name, 'healthy']);
    // Its instance was started again with the host, which a rollout cannot tell from harm that it did.
    expect(['healthy', 'reverted']).toContain(states.get(plug));
    const after = await fleet.machines();
    for (const name of names) {
      const wanted = states.get(name) === 'healthy' ? engineVersions.new : engineVersions.old;
      expect(after.get(name)).toMatchObject({ engineVersion: expect.stringContaining(wanted) as unknown, packages: expect.stringMatching(new RegExp(`docker\\.io ${wanted}\\S+ hi`)) as unknown });
      if (name !== plug) expect(after.get(name)?.containers).toBe(before.get(name)?.containers);
    }
    // The agent starts it again, once it has told the control plane.
    await waitFor(`the instance of ${plug} to run`, async () => (await readMachine(hostNamed(plug))).containers !== '', 60_000, 500);
    await noneIsClosed();
    fleet.figures.push(`power cut and kill -9 of an agent in the middle of an upgrade: the host whose power was cut ended ${states.get(plug)} (${(await failuresOf(id)).join() || 'no failure'}), the other one ${states.get(killed)}; ${history.seconds.toFixed(0)} s for ${names.length} hosts, 2 at a time`);
  });
});

/** How often a host ran a revision of the profile, and how often such a run was cut off, as its own journals have it. */
async function runsOf(host: FleetHost, revision: number): Promise<{ runs: number; cutOff: number }> {
  const folders = '/var/lib/novadock/agent/setup/runs';
  const found = await host.run(`for f in $(grep -l '"kind": "apply"' ${folders}/*/request.json); do grep -q '"revision": ${revision},' $f && cat $(dirname $f)/journal.ndjson | grep -c 'was cut off here'; done; true`);
  const cuts = found.split('\n').filter(Boolean).map(Number);
  return { runs: cuts.length, cutOff: cuts.reduce((sum, one) => sum + one, 0) };
}
