import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BareHost } from '../harness/bare-host/bare-host.ts';
import { openBareHosts, type BareHosts } from '../harness/bare-host/bare-hosts.ts';
import { startController, type Controller } from '../harness/bare-host/controller.ts';
import { engineRepository, engineSources, engineVersions, newContainerd } from '../harness/bare-host/engine-repository.ts';
import { rpmDisk, rpmRepository, zypperDisk } from '../harness/bare-host/rpm-repository.ts';
import { compareTrees, type Tree } from '../harness/bare-host/tree.ts';
import { waitFor } from '../harness/wait-for.ts';
import { bootOn, type BootedInstance } from './boot-on.ts';
import { cutOffAt } from './cut-off.ts';
import { agentsOwn, leftByOthers, leftByRpm } from './left-by-others.ts';

/** Boots an instance once the control plane has seen that the host can. */
async function boots(controller: Controller, host: BareHost): Promise<BootedInstance> {
  await waitFor(`${host.name} to take instances`, async () => (await controller.request<{ engineReady: boolean }>('GET', `/v1/hosts/${host.name}`)).engineReady);
  return bootOn(controller, { host, zone: host.name, name: 'guest' });
}

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
  /** Container, since when, process. */
  const whatRuns = () => host.run("docker ps -q --no-trunc | sort | xargs docker inspect --format '{{.Id}} {{.State.StartedAt}} {{.State.Pid}} {{.State.Running}}'");
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
    instance = await boots(controller, host);
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

describe('on a host of the RPM family', () => {
  let hosts: BareHosts;
  let controller: Controller;
  let host: BareHost;
  let rpms: string;
  let joined: Tree;
  let instance: BootedInstance;
  let running: string;

  beforeAll(async () => {
    rpms = await rpmRepository();
    hosts = await openBareHosts({ rpm: rpms });
    controller = await startController(hosts);
    [host] = (await hosts.start(['dnf'], { disk: await rpmDisk(), files: { '/etc/yum.repos.d/base.repo': `[base]\nname=base\nbaseurl=${hosts.repositoryUrl('rpm')}/base\ngpgcheck=0\n` } })) as [BareHost];
    await host.run('ln -s dnf-3 /usr/bin/dnf');
    await controller.join([host], '--label zone=dnf');
    joined = await host.tree();
  });
  afterAll(async () => {
    await controller.stop();
    await hosts.close();
  });

  const prepare = async (folder: string, { key = 'gpg', version = '20.10.23', options = '' }: { key?: string; version?: string; options?: string } = {}) => {
    const file = join(controller.home, 'profile.json');
    writeFileSync(file, JSON.stringify({ engine: { source: 'docker-ce', version, repository: { url: `${hosts.repositoryUrl('rpm')}/${folder}`, key: readFileSync(join(rpms, 'docker-ce', key), 'utf8') } } }));
    await controller.mustNovadock(`profile set rpm --file ${file}`);
    const { code, stdout, stderr } = await controller.novadock(`host prepare dnf --profile rpm ${options}`);
    const { runs } = await controller.request<{ runs: { error: { code: string } | null }[] }>('GET', '/v1/hosts/dnf/setup-runs');
    return { code, said: stdout + stderr, error: runs[0]?.error?.code };
  };
  const whatRuns = () => host.run("docker ps -q --no-trunc | sort | xargs docker inspect --format '{{.Id}} {{.State.StartedAt}} {{.State.Pid}} {{.State.Running}}'");
  const source = () => host.readFile('/etc/yum.repos.d/novadock-docker.repo');

  test.each([['list', 'docker-ce'], ['packages', 'docker-ce-mirror']])('a repository whose %s another key signed is refused, and nothing of it stays', async (_, folder) => {
    const { code, error, said } = await prepare(folder, { key: 'other.gpg' });
    expect({ code, error }).toEqual({ code: 1, error: 'REPOSITORY_NOT_TRUSTED' });
    expect(said).toMatch(/not signed with the key of the profile/);
    expect(await host.run("dnf -y makecache; rpm -qa 'gpg-pubkey*'")).not.toMatch(/gpg-pubkey|Error|novadock/);
    expect(compareTrees(joined, await host.tree(), [...leftByOthers, agentsOwn, ...leftByRpm])).toEqual([]);
  });

  test('a signed list has to stay signed; of a mirror without, the packages have to be', async () => {
    expect((await prepare('docker-ce-mirror')).said).toContain('prepared');
    expect(source()).toMatch(/\ngpgcheck=1\n[^]*\nrepo_gpgcheck=0\n/);
    expect((await prepare('docker-ce')).said).toContain('prepared');
    expect(source()).toMatch(/\ngpgcheck=1\n[^]*\nrepo_gpgcheck=1\n/);
    expect(await host.run('rpm -q docker-ce; cat /etc/dnf/dnf.conf')).toMatch(/^docker-ce-20\.10\.23-1\.test\.x86_64\n[^]*exclude=.*docker-ce/);
  });

  test('a check names another version past the hold of the one that is here, and says when there is none', async () => {
    const held = host.readFile('/etc/dnf/dnf.conf');
    expect((await prepare('docker-ce', { version: '20.10.24', options: '--dry-run' })).said).toContain('put exactly docker-ce 20.10.24-1.test, docker-ce-cli 20.10.24-1.test, containerd.io 20.10.24-1.test in the place of docker-ce 20.10.23-1.test with dnf');
    expect(await prepare('docker-ce', { version: '99.1', options: '--dry-run' })).toMatchObject({ code: 1, error: 'PACKAGE_NOT_FOUND', said: expect.stringContaining('20.10.24-1.test') as unknown });
    // Before it is set up.
    expect((await prepare('docker-ce-mirror', { version: '20.10.24', options: '--dry-run' })).said).toContain('put exactly docker-ce 20.10.24-1.test');
    expect([host.readFile('/etc/dnf/dnf.conf'), source()]).toEqual([held, expect.stringContaining('/docker-ce/')]);
    expect(await host.run("rpm -qa 'gpg-pubkey*' | wc -l; ls -d /tmp/novadock-lists-* 2>/dev/null | wc -l")).toMatch(/^\d+\n0$/);
  });

  test('another version is fetched before, and put in place with the repositories gone; so is the old one', async () => {
    instance = await boots(controller, host);
    running = await whatRuns();
    expect((await prepare('docker-ce', { version: '20.10.24', options: '--stage' })).said).toContain('fetched');
    expect(await host.run('rpm -q docker-ce')).toBe('docker-ce-20.10.23-1.test.x86_64');
    host.writeFile('/etc/hosts', host.readFile('/etc/hosts').replace(/^\S+( packages\.novadock\.test)$/m, `${hosts.fabric.address.replace(/\d+$/, '1')}$1`));
    for (const version of ['20.10.24', '20.10.23']) {
      const before = await host.run('systemctl show -p MainPID --value docker');
      expect((await prepare('docker-ce', { version })).said).toContain('dnf: prepared');
      expect(await host.run('rpm -q docker-ce docker-ce-cli')).toBe(`docker-ce-${version}-1.test.x86_64\ndocker-ce-cli-${version}-1.test.x86_64`);
      expect(host.readFile('/etc/dnf/dnf.conf')).toMatch(/exclude=.*docker-ce/);
      expect(await host.run('systemctl show -p MainPID --value docker')).not.toBe(before);
      expect(await whatRuns()).toBe(running);
    }
  });

  test('unprepare takes all of it back', async () => {
    await instance.remove();
    await controller.mustNovadock('host unprepare dnf');
    expect(compareTrees(joined, await host.tree(), [...leftByOthers, agentsOwn, ...leftByRpm, /^\/etc\/hosts$/])).toEqual([]);
    expect(await host.run("rpm -qa | grep -E 'docker|containerd|gpg-pubkey' || echo none")).toBe('none');
  });
});

/** What zypper notes of itself when it first runs: an id, cookies, what it installed for others. */
const leftByZypper = [/^\/var\/lib\/zypp(\/|$)/, /^\/var\/lib\/YaST2(\/|$)/];

describe('on a host with zypper', () => {
  let hosts: BareHosts;
  let controller: Controller;
  let host: BareHost;
  let rpms: string;
  let joined: Tree;

  beforeAll(async () => {
    rpms = await rpmRepository();
    hosts = await openBareHosts({ rpm: rpms });
    controller = await startController(hosts);
    [host] = (await hosts.start(['suse'], { disk: await zypperDisk(), files: { '/etc/zypp/repos.d/base.repo': `[base]\nname=base\nbaseurl=${hosts.repositoryUrl('rpm')}/base\nenabled=1\ngpgcheck=0\n` } })) as [BareHost];
    await controller.join([host], '--label zone=suse');
    joined = await host.tree();
  });
  afterAll(async () => {
    await controller.stop();
    await hosts.close();
  });

  const prepare = async (folder: string, { key = 'gpg', version = '20.10.23', options = '' }: { key?: string; version?: string; options?: string } = {}) => {
    const file = join(controller.home, 'profile.json');
    writeFileSync(file, JSON.stringify({ engine: { source: 'docker-ce', version, repository: { url: `${hosts.repositoryUrl('rpm')}/${folder}`, key: readFileSync(join(rpms, 'docker-ce', key), 'utf8') } } }));
    await controller.mustNovadock(`profile set zypp --file ${file}`);
    const { code, stdout, stderr } = await controller.novadock(`host prepare suse --profile zypp ${options}`);
    const { runs } = await controller.request<{ runs: { error: { code: string } | null }[] }>('GET', '/v1/hosts/suse/setup-runs');
    return { code, said: stdout + stderr, error: runs[0]?.error?.code };
  };

  test('a repository that another key signed is refused', async () => {
    expect(await prepare('docker-ce', { key: 'other.gpg' })).toMatchObject({ code: 1, error: 'REPOSITORY_NOT_TRUSTED' });
    expect(await host.run("ls /etc/zypp/repos.d; rpm -qa 'gpg-pubkey*'")).toBe('base.repo');
  });

  test('packages are installed, locked, changed for another version, and a second run changes nothing', async () => {
    expect((await prepare('docker-ce-mirror', { options: '--dry-run' })).said).toContain('install exactly docker-ce 20.10.23-1.test, docker-ce-cli 20.10.23-1.test');
    expect(await host.run("ls /etc/zypp/repos.d; rpm -qa 'gpg-pubkey*'")).toBe('base.repo');
    expect((await prepare('docker-ce-mirror')).said).toContain('suse: prepared');
    expect(await prepare('docker-ce-mirror', { version: '99.1', options: '--dry-run' })).toMatchObject({ code: 1, error: 'PACKAGE_NOT_FOUND' });
    const instance = await boots(controller, host);
    const started = await instance.startedAt();
    for (const version of ['20.10.24', '20.10.23']) {
      expect((await prepare('docker-ce', { version })).said).toContain('suse: prepared');
      expect(await host.run('rpm -q docker-ce; systemctl is-active docker')).toBe(`docker-ce-${version}-1.test.x86_64\nactive`);
      expect(host.readFile('/etc/zypp/locks')).toMatch(/^solvable_name: docker-ce$/m);
      expect(await instance.startedAt()).toBe(started);
    }
    expect(await controller.mustNovadock('host prepare suse')).toContain('suse: prepared; nothing changed');
    await instance.remove();
  });

  test('unprepare takes all of it back', async () => {
    await controller.mustNovadock('host unprepare suse');
    expect(compareTrees(joined, await host.tree(), [...leftByOthers, agentsOwn, ...leftByRpm, ...leftByZypper])).toEqual([]);
    expect(await host.run("rpm -qa | grep -E 'docker|containerd|gpg-pubkey' || echo none")).toBe('none');
  });
});
