import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BareHost } from '../harness/bare-host/bare-host.ts';
import { openBareHosts, type BareHosts } from '../harness/bare-host/bare-hosts.ts';
import { startController, type Controller } from '../harness/bare-host/controller.ts';
import { rpmDisk, rpmRepository, zypperDisk } from '../harness/bare-host/rpm-repository.ts';
import { compareTrees, type Tree } from '../harness/bare-host/tree.ts';
import type { BootedInstance } from './boot-on.ts';
import { bootGuest, runningContainers } from './engine-guests.ts';
import { agentsOwn, leftByOthers, leftByRpm } from './left-by-others.ts';

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
  const whatRuns = () => runningContainers(host);
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
    instance = await bootGuest(controller, host);
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
    const instance = await bootGuest(controller, host);
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
