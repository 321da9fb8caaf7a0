import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BareHost } from '../harness/bare-host/bare-host.ts';
import { openBareHosts, type BareHosts } from '../harness/bare-host/bare-hosts.ts';
import { startController, type Controller } from '../harness/bare-host/controller.ts';
import { compareTrees, type Tree } from '../harness/bare-host/tree.ts';
import { waitFor } from '../harness/wait-for.ts';
import { bootOn, type BootedInstance } from './boot-on.ts';
import { agentsOwn, leftByOthers } from './left-by-others.ts';

type Host = { name: string; up: boolean; engineReady: boolean; availabilityZone: string; setup: { state: string; profile: string | null; steps: { name: string; ok: boolean }[] } };

const names = ['h1', 'h2', 'h3'];

describe('three bare Debian hosts, by the two lines', () => {
  let hosts: BareHosts;
  let controller: Controller;
  let bare: BareHost[];
  let before: Tree[];
  let line: string;
  const instances: BootedInstance[] = [];

  beforeAll(async () => {
    hosts = await openBareHosts();
    controller = await startController(hosts);
    bare = await hosts.start(names);
    before = await Promise.all(bare.map((host) => host.tree()));
  });
  afterAll(async () => {
    await controller.stop();
    await hosts.close();
  });

  const show = (name: string) => controller.request<Host>('GET', `/v1/hosts/${name}`);
  const trees = () => Promise.all(bare.map((host) => host.tree()));

  test('novadock host token --ttl 1h --label zone=… prints the one line to paste, and each machine appears', async () => {
    line = await controller.joinLine('--ttl 1h --label zone=z1');
    expect(line).toMatch(/^curl -fsSk --pinnedpubkey 'sha256\/\/[\w+/=]{44}' https:\/\/10\.\S+\/v1\/join\.sh \| sudo sh -s -- --token \S+$/);
    const [first, ...others] = bare as [BareHost, ...BareHost[]];
    const printed = await first.run(line);
    expect(printed).toContain('h1 is a host of the cloud');
    await Promise.all(others.map(async (host, index) => host.run(await controller.joinLine(`--label zone=z${index + 2}`))));
    for (const name of names) await waitFor(`${name} to be up`, async () => (await show(name)).up);
    expect(await show('h2')).toMatchObject({ availabilityZone: 'z2', engineReady: false, setup: { state: 'none', profile: null } });
    const listed = await controller.mustNovadock('host list');
    // Two of them joined at once.
    for (const name of names) expect(listed).toMatch(new RegExp(`^${name} .*up`, 'm'));
  });

  test('the token is in no file and no log of Novadock, on neither side', async () => {
    const secret = line.split(' ').at(-1)!.split('.')[1]!;
    expect(controller.controlPlane().log()).not.toContain(secret);
    const [first] = bare as [BareHost];
    // sudo itself writes down the line that was pasted; the token in it is used up by then.
    expect((await first.exec(`grep -rl -- ${secret} /var/lib/novadock /usr/local/lib/novadock /etc /run/systemd; journalctl -u novadock-agent | grep -c -- ${secret}`)).stdout.trim()).toBe('0');
  });

  test('--dry-run tells every step and the diff of every file, and changes nothing on disk', async () => {
    const joined = await trees();
    const stdout = await controller.mustNovadock('host prepare h1 h2 h3 --dry-run');
    for (const name of names) {
      for (const words of ['would change: Docker Engine', 'would change: OCI runtime', 'would change: Configuration of the Docker Engine', '+++ /etc/docker/daemon.json', 'would change: Docker service', 'would change: Docker at boot', 'would change: Smoke test']) expect(stdout).toContain(`${name}: ${words.startsWith('+') ? '  ' : ''}${words}`);
    }
    expect(stdout).not.toContain(': changed: ');
    (await trees()).forEach((tree, index) => expect(compareTrees(joined[index]!, tree, [...leftByOthers, agentsOwn])).toEqual([]));
  });

  test('novadock host prepare h1 h2 h3 installs Docker by apt and makes each fit', async () => {
    const printed = await controller.mustNovadock('host prepare h1 h2 h3');
    for (const [index, name] of names.entries()) {
      expect(printed).toContain(`${name}: changed: Docker Engine and network tools`);
      expect(await bare[index]!.run('dpkg-query -W -f \'${Status}\' docker.io; systemctl is-active docker; systemctl is-enabled docker; stat -c "%a %U:%G" /var/run/docker.sock')).toBe('hold ok installedactive\nenabled\n660 root:docker');
      await waitFor(`the control plane to see it of ${name}`, async () => (await show(name)).engineReady && (await show(name)).setup.state === 'ok');
      expect((await show(name)).setup.profile).toBe('default');
    }
  });

  test('a second host prepare changes nothing', async () => {
    const prepared = await trees();
    const printed = await controller.mustNovadock('host prepare h1 h2 h3');
    for (const name of names) expect(printed).toContain(`${name}: prepared; nothing changed`);
    expect(printed).not.toContain(': changed: ');
    (await trees()).forEach((tree, index) => expect(compareTrees(prepared[index]!, tree, [...leftByOthers, agentsOwn])).toEqual([]));
  });

  test('an instance in the zone of each host boots there, with its address', async () => {
    instances.push(...(await Promise.all(bare.map((host, index) => bootOn(controller, { host, zone: `z${index + 1}`, name: `on-${host.name}` })))));
    for (const instance of instances) {
      expect(instance.hostName).toBe(instance.host.name);
      expect(await instance.addressInside()).toContain(`${instance.address}/`);
    }
  });

  test('drift is found and mended, and no instance is disturbed', async () => {
    const [h1, h2, h3] = bare as [BareHost, BareHost, BareHost];
    const runs = await Promise.all(instances.map((instance) => instance.startedAt()));
    const daemonJson = JSON.parse(h1.readFile('/etc/docker/daemon.json')) as Record<string, unknown>;
    h1.writeFile('/etc/docker/daemon.json', JSON.stringify({ ...daemonJson, 'live-restore': false, debug: true }));
    await h2.run('systemctl stop docker.socket docker.service');
    await h3.run('chmod 666 /var/run/docker.sock');
    const drifted: Record<string, string> = { h1: 'engine-config', h2: 'service', h3: 'socket' };
    // The host looks every minute.
    for (const [name, step] of Object.entries(drifted)) {
      await waitFor(`the drift of ${name} to be seen`, async () => (await show(name)).setup.state === 'drifted', 90_000, 500);
      expect((await show(name)).setup.steps.filter(({ ok }) => !ok).map((one) => one.name)).toContain(step);
      expect(await controller.mustNovadock(`host show ${name}`)).toMatch(new RegExp(`${step} +drifted`));
    }
    const printed = await controller.mustNovadock('host prepare h1 h2 h3');
    expect(printed).toMatch(/h1: changed: Configuration of the Docker Engine/);
    expect(printed).toMatch(/h3: changed: Rights of the engine's socket/);
    // What somebody else added stays.
    expect(JSON.parse(h1.readFile('/etc/docker/daemon.json'))).toEqual({ ...daemonJson, debug: true });
    expect(await h2.run('systemctl is-active docker')).toBe('active');
    expect(await h3.run('stat -c %a /var/run/docker.sock')).toBe('660');
    for (const name of names) await waitFor(`${name} to be as it should`, async () => (await show(name)).setup.state === 'ok');
    expect(await Promise.all(instances.map((instance) => instance.startedAt()))).toEqual(runs);
    h1.writeFile('/etc/docker/daemon.json', `${JSON.stringify(daemonJson, null, 2)}\n`);
  });

  test('a host with instances is not taken back unless forced', async () => {
    for (const command of ['unprepare', 'forget']) {
      const { code, stdout, stderr } = await controller.novadock(`host ${command} h1`);
      expect(code).not.toBe(0);
      expect(stdout + stderr).toMatch(/instance/);
    }
    expect((await show('h1')).setup.state).toBe('ok');
  });

  test('a second machine with a used token, and a clone of a live host, are refused', async () => {
    const [used, clone] = [...(await hosts.start(['used'])), ...(await hosts.start(['clone'], { machineId: bare[0]!.readFile('/etc/machine-id').trim() }))] as [BareHost, BareHost];
    const refusals = [await used.exec(line), await clone.exec(await controller.joinLine())];
    for (const { code, stderr } of refusals) expect([code, stderr]).toEqual([1, expect.stringContaining('was not enrolled')]);
    expect(refusals[0]!.stderr).toMatch(/token/);
    expect(refusals[1]!.stderr).toMatch(/h1/);
    const { hosts: known } = await controller.request<{ hosts: Host[] }>('GET', '/v1/hosts');
    expect(known.map(({ name }) => name).toSorted()).toEqual(names);
    await Promise.all([used.remove(), clone.remove()]);
  });

  test('unprepare and forget leave the file system as it was before the join, file by file', async () => {
    for (const instance of instances) await instance.remove();
    const printed = await controller.mustNovadock('host unprepare h1');
    expect(printed).toContain('h1: taken back');
    await controller.mustNovadock('host forget h1 h2');
    for (const index of [0, 1]) {
      const host = bare[index]!;
      await waitFor(`the agent to leave ${host.name}`, async () => (await host.exec('test -e /usr/local/lib/novadock || test -e /var/lib/novadock')).code !== 0);
      expect(compareTrees(before[index]!, await host.tree(), leftByOthers)).toEqual([]);
      expect(await host.run('systemctl is-system-running; systemctl list-units --all --no-legend "novadock*" "docker*" "containerd*"')).toBe('running');
    }
    const { hosts: known } = await controller.request<{ hosts: Host[] }>('GET', '/v1/hosts');
    expect(known.map(({ name }) => name)).toEqual(['h3']);
  });

  test('a revoked host is cut off at once, its streams too', async () => {
    const h3 = bare[2]!;
    const streams = async () => (await h3.run(`ss -Htn state established sport = :9774`)).split('\n').filter(Boolean).length;
    expect(await streams()).toBeGreaterThan(0);
    await controller.mustNovadock('host revoke h3');
    await waitFor('the streams to end', async () => (await streams()) === 0, 5_000);
    expect(await show('h3')).toMatchObject({ up: false });
    expect((await controller.novadock('host prepare h3 --dry-run')).code).not.toBe(0);
  });
});
