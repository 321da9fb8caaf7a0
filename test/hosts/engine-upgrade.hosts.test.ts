import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BareHost } from '../harness/bare-host/bare-host.ts';
import { openBareHosts, type BareHosts } from '../harness/bare-host/bare-hosts.ts';
import { startController, type Controller } from '../harness/bare-host/controller.ts';
import { engineRepository, engineSources, engineVersions, newContainerd } from '../harness/bare-host/engine-repository.ts';
import { compareTrees, type Tree } from '../harness/bare-host/tree.ts';
import { waitFor } from '../harness/wait-for.ts';
import type { BootedInstance } from './boot-on.ts';
import { cutOffAt } from './cut-off.ts';
import { bootGuest, runningContainers } from './engine-guests.ts';
import { agentsOwn, leftByOthers } from './left-by-others.ts';

describe("another version of the engine's packages, under instances that run", () => {
  let hosts: BareHosts;
  let controller: Controller;
  let host: BareHost;
  let joined: Tree;
  let instance: BootedInstance;
  let running: string;

  beforeAll(async () => {
    hosts = await openBareHosts({ engines: await engineRepository() });
    controller = await startController(hosts);
    [host] = (await hosts.start(['h1'])) as [BareHost];
    await controller.join([host], '--label zone=h1');
    joined = await host.tree();
    for (const [name, version] of Object.entries(engineVersions)) await setProfile(name, { engine: { version } });
  });
  afterAll(async () => {
    await controller.stop();
    await hosts.close();
  });

  /** Says what a profile is, as its operator does. */
  const setProfile = async (name: string, settings: object) => {
    const file = join(controller.home, `${name}.json`);
    writeFileSync(file, JSON.stringify(settings));
    await controller.mustNovadock(`profile set ${name} --file ${file}`);
  };
  const prepare = (profile: string) => controller.mustNovadock(`host prepare h1 --profile ${profile} --log`);
  const refused = async (profile: string, option = '') => {
    const { code, stdout, stderr } = await controller.novadock(`host prepare h1 --profile ${profile} ${option}`);
    expect(code).toBe(1);
    const { runs } = await controller.request<{ runs: { error: { code: string } | null }[] }>('GET', '/v1/hosts/h1/setup-runs');
    return { code: runs[0]?.error?.code, said: stdout + stderr };
  };
  /** Whether hosts reach the repositories. */
  const repositories = (there: boolean) => {
    const hostsFile = host.readFile('/etc/hosts').replace(/^\S+( packages\.novadock\.test)$/m, `${there ? hosts.fabric.address : hosts.fabric.address.replace(/\d+$/, '1')}$1`);
    host.writeFile('/etc/hosts', hostsFile);
  };
  const whatRuns = () => runningContainers(host);
  const packages = () => host.run("dpkg-query -W -f '${db:Status-Abbrev} ${Package} ${Version}\\n' docker.io containerd runc");
  const engine = () => host.run("docker version --format '{{.Server.Version}}'");
  const whole = { old: `hi  containerd 1.6.20`, new: `hi  containerd ${newContainerd}` };
  const expectVersion = async (version: 'old' | 'new') => {
    expect(await packages()).toMatch(new RegExp(`^${whole[version].replaceAll('.', String.raw`\.`)}[^\n]*\nhi  docker\\.io ${engineVersions[version].replaceAll('.', String.raw`\.`)}\\+[^\n]*\nhi  runc \\S+$`));
    expect(await engine()).toBe(`${engineVersions[version]}+dfsg1`);
  };
  const kept = () => host.run('cd /var/lib/novadock/packages && ls | sort; stat -c %a .');

  test('the files of the version that is installed are kept, with checksums', async () => {
    await prepare('old');
    await expectVersion('old');
    instance = await bootGuest(controller, host);
    await host.run('docker run -d --name theirs novadock/hello:latest');
    running = await whatRuns();
    expect(running).toContain(' true');
    expect(await kept()).toMatch(/^containerd_1\.6\.20\S+\.deb\ndocker\.io_20\.10\.24\S+\.deb\nindex\.json\nrunc_\S+\.deb\n700$/);
    const [set] = JSON.parse(host.readFile('/var/lib/novadock/packages/index.json')) as { files: { path: string; sha256: string }[]; lost: string[] }[];
    expect(set?.lost).toEqual([]);
    expect(await host.run(`echo '${set!.files.map(({ path, sha256 }) => `${sha256}  ${path}`).join('\n')}' | sha256sum -c --status && echo whole`)).toBe('whole');
    expect((await host.exec('test -e /var/cache/novadock/packages')).code).not.toBe(0);
  });

  test('a check asks the repositories by itself for what the lists of the host do not have, and changes nothing', async () => {
    host.writeFile('/etc/apt/sources.list', engineSources(hosts));
    const files = () => host.run(String.raw`find /etc /var/lib/apt /var/cache/apt /var/lib/dpkg /tmp -type f -printf '%p %s %T@\n' | sort`);
    const before = await files();
    const preview = (profile: string) => controller.mustNovadock(`host prepare h1 --dry-run --profile ${profile}`);
    expect(await preview('new')).toContain(`put exactly docker.io ${engineVersions.new}+dfsg1-1 in the place of docker.io ${engineVersions.old}`);
    await setProfile('none', { engine: { version: '99.1' } });
    const { code, said } = await refused('none', '--dry-run');
    expect(code).toBe('PACKAGE_NOT_FOUND');
    expect(said).toMatch(new RegExp(`no docker\\.io 99\\.1; they have .*${engineVersions.new}`));
    repositories(false);
    expect(await preview('none')).toMatch(/put docker\.io 99\.1 in its place with apt-get \(which packages that is was not found out/);
    repositories(true);
    expect((await files()).replace(/^\/etc\/hosts .*$/m, '')).toBe(before.replace(/^\/etc\/hosts .*$/m, ''));
    expect(await whatRuns()).toBe(running);
  });

  test('a plan of a rollout asks the host, and says which packages it would get, or that there are none', async () => {
    const plan = (profile: string) => controller.mustNovadock(`rollout plan --profile ${profile}`);
    expect(await plan('new')).toMatch(new RegExp(`1 host changes[^]*\n {2}Debian GNU/Linux 12 \\(bookworm\\), \\S+: docker\\.io ${engineVersions.new}\\+dfsg1-1 \\(asked h1\\)\n`));
    expect(await plan('none')).toMatch(/0 hosts change[^]*Blocked: 1 host\n {2}PACKAGE_NOT_FOUND: h1\n {4}The repositories of this host have no docker\.io 99\.1/);
    const { code, stderr } = await controller.novadock('rollout start --profile none');
    expect([code === 0, stderr]).toEqual([false, expect.stringContaining('No host is left to change: The repositories of this host have no docker.io 99.1')]);
  });

  test('another version is fetched before, which changes nothing, and is then put in place with the repository gone', async () => {
    const printed = await controller.mustNovadock('host prepare h1 --stage --profile new');
    expect(printed).toContain(`docker.io ${engineVersions.new}+dfsg1-1`);
    await expectVersion('old');
    expect(await whatRuns()).toBe(running);
    repositories(false);
    const changed = await prepare('new');
    expect(changed).not.toContain('apt-get update');
    await expectVersion('new');
    expect(await whatRuns()).toBe(running);
    expect(await kept()).toMatch(/docker\.io_20\.10\.24[^]*docker\.io_20\.10\.26/);
  });

  test('the way back needs no network', async () => {
    const printed = await prepare('old');
    expect(printed).toMatch(/\$ dpkg --force-confold --install '?\/var\/lib\/novadock\/packages\/\S+/);
    await expectVersion('old');
    expect(await whatRuns()).toBe(running);
    expect(await controller.mustNovadock('host prepare h1')).toContain('h1: prepared; nothing changed');
  });

  test('a version that does not run is taken back at once, with the end of its log', async () => {
    repositories(true);
    const { code, said } = await refused('broken');
    expect(code).toBe('ENGINE_UPGRADE_FAILED');
    expect(said).toContain('this dockerd is broken on purpose');
    await expectVersion('old');
    expect(await whatRuns()).toBe(running);
  });

  test('settings that only the engine itself can refuse are taken back: the file, the engine and the containers are as before', async () => {
    await prepare('old');
    for (const [name, setting] of Object.entries({ unknown: { 'no-such-setting': true }, wrong: { dns: ['not an address'] } })) {
      const before = host.readFile('/etc/docker/daemon.json');
      await setProfile(name, { engine: { version: engineVersions.old, settings: { 'live-restore': true, 'log-driver': 'json-file', ...setting } } });
      const { code, said } = await refused(name);
      expect(code).toBe('ENGINE_CONFIG_INVALID');
      expect(said).toMatch(name === 'unknown' ? /no-such-setting/ : /not an address/);
      expect(host.readFile('/etc/docker/daemon.json')).toBe(before);
      await expectVersion('old');
      expect(await whatRuns()).toBe(running);
    }
    await setProfile('good', { engine: { version: engineVersions.old, settings: { 'live-restore': true, debug: true } } });
    await prepare('good');
    expect(JSON.parse(host.readFile('/etc/docker/daemon.json'))).toMatchObject({ debug: true });
    expect(await whatRuns()).toBe(running);
  });

  test.each([
    ['kill -9 of the agent', 'new', async () => {
      await host.run('kill -9 $(systemctl show -p MainPID --value novadock-agent)');
    }],
    ['a power cut', 'old', async () => {
      await host.powerCut();
      await host.powerOn();
    }],
    ['a power cut', 'new', async () => {
      await host.powerCut();
      await host.powerOn();
    }],
  ] as const)('cut off by %s on the way to the %s version, it gets there by itself', async (how, version, cut) => {
    const moments = [/^Unpacking containerd/m, /^Unpacking docker\.io/m, /^Setting up docker\.io/m, /^\$ systemctl restart docker/m];
    const { cutAt, run } = await cutOffAt({ controller, host, profile: version, moments, cut });
    expect({ state: run.state, error: run.error }).toEqual({ state: 'succeeded', error: null });
    expect(cutAt.length).toBeGreaterThanOrEqual(2);
    await expectVersion(version);
    if (how.includes('agent')) expect(await whatRuns()).toBe(running);
  });

  test('a version that does not run is taken back also when the power goes meanwhile', async () => {
    repositories(true);
    const { cutAt, run } = await cutOffAt({
      controller, host, profile: 'broken', moments: [/^Setting up docker\.io \(20\.10\.25/m, /^dpkg: warning: downgrading docker\.io/m],
      cut: async () => {
        await host.powerCut();
        await host.powerOn();
      },
    });
    expect(cutAt.length).toBeGreaterThanOrEqual(1);
    expect(run).toMatchObject({ state: 'failed', error: { code: 'ENGINE_UPGRADE_FAILED' } });
    await expectVersion('new');
  });

  test('unprepare takes what is kept away too', async () => {
    await waitFor('the host to answer', async () => (await controller.request<{ up: boolean }>('GET', '/v1/hosts/h1')).up);
    await instance.remove();
    await host.run('docker rm -f theirs');
    await prepare('new');
    await controller.mustNovadock('host unprepare h1');
    expect((await host.exec('ls /var/lib/novadock/packages /var/lib/novadock/engine-change.json /var/cache/novadock')).stdout).toBe('');
    expect(compareTrees(joined, await host.tree(), [...leftByOthers, agentsOwn, /^\/etc\/(hosts|apt\/sources\.list)$/])).toEqual([]);
  });
});
