import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rpmDisk, zypperDisk } from '../harness/bare-host/rpm-repository.ts';
import { compareTrees } from '../harness/bare-host/tree.ts';
import type { BootedInstance } from './boot-on.ts';
import { bootGuest, runningContainers } from './engine-guests.ts';
import { agentsOwn, leftByOthers, leftByRpm } from './left-by-others.ts';
import { openRpmHost, type RpmHost } from './rpm-host.ts';

describe('on a host of the RPM family', () => {
  let lab: RpmHost;
  let instance: BootedInstance;
  let running: string;

  beforeAll(async () => {
    lab = await openRpmHost({ name: 'dnf', disk: rpmDisk, source: { file: '/etc/yum.repos.d/base.repo', lines: '' }, before: 'ln -s dnf-3 /usr/bin/dnf' });
  });
  afterAll(() => lab.close());

  const whatRuns = () => runningContainers(lab.host);
  const source = () => lab.host.readFile('/etc/yum.repos.d/novadock-docker.repo');

  test.each([['list', 'docker-ce'], ['packages', 'docker-ce-mirror']])('a repository whose %s another key signed is refused, and nothing of it stays', async (_, folder) => {
    const { code, error, said } = await lab.prepare(folder, { key: 'other.gpg' });
    expect({ code, error }).toEqual({ code: 1, error: 'REPOSITORY_NOT_TRUSTED' });
    expect(said).toMatch(/not signed with the key of the profile/);
    expect(await lab.host.run("dnf -y makecache; rpm -qa 'gpg-pubkey*'")).not.toMatch(/gpg-pubkey|Error|novadock/);
    expect(compareTrees(lab.joined, await lab.host.tree(), [...leftByOthers, agentsOwn, ...leftByRpm])).toEqual([]);
  });

  test('a signed list has to stay signed; of a mirror without, the packages have to be', async () => {
    expect((await lab.prepare('docker-ce-mirror')).said).toContain('prepared');
    expect(source()).toMatch(/\ngpgcheck=1\n[^]*\nrepo_gpgcheck=0\n/);
    expect((await lab.prepare('docker-ce')).said).toContain('prepared');
    expect(source()).toMatch(/\ngpgcheck=1\n[^]*\nrepo_gpgcheck=1\n/);
    expect(await lab.host.run('rpm -q docker-ce; cat /etc/dnf/dnf.conf')).toMatch(/^docker-ce-20\.10\.23-1\.test\.x86_64\n[^]*exclude=.*docker-ce/);
  });

  test('a check names another version past the hold of the one that is here, and says when there is none', async () => {
    const held = lab.host.readFile('/etc/dnf/dnf.conf');
    expect((await lab.prepare('docker-ce', { version: '20.10.24', options: '--dry-run' })).said).toContain('put exactly docker-ce 20.10.24-1.test, docker-ce-cli 20.10.24-1.test, containerd.io 20.10.24-1.test in the place of docker-ce 20.10.23-1.test with dnf');
    expect(await lab.prepare('docker-ce', { version: '99.1', options: '--dry-run' })).toMatchObject({ code: 1, error: 'PACKAGE_NOT_FOUND', said: expect.stringContaining('20.10.24-1.test') as unknown });
    // Before it is set up.
    expect((await lab.prepare('docker-ce-mirror', { version: '20.10.24', options: '--dry-run' })).said).toContain('put exactly docker-ce 20.10.24-1.test');
    expect([lab.host.readFile('/etc/dnf/dnf.conf'), source()]).toEqual([held, expect.stringContaining('/docker-ce/')]);
    expect(await lab.host.run("rpm -qa 'gpg-pubkey*' | wc -l; ls -d /tmp/novadock-lists-* 2>/dev/null | wc -l")).toMatch(/^\d+\n0$/);
  });

  test('another version is fetched before, and put in place with the repositories gone; so is the old one', async () => {
    instance = await bootGuest(lab.controller, lab.host);
    running = await whatRuns();
    expect((await lab.prepare('docker-ce', { version: '20.10.24', options: '--stage' })).said).toContain('fetched');
    expect(await lab.host.run('rpm -q docker-ce')).toBe('docker-ce-20.10.23-1.test.x86_64');
    lab.loseRepositories();
    for (const version of ['20.10.24', '20.10.23']) {
      const before = await lab.host.run('systemctl show -p MainPID --value docker');
      expect((await lab.prepare('docker-ce', { version })).said).toContain('dnf: prepared');
      expect(await lab.host.run('rpm -q docker-ce docker-ce-cli')).toBe(`docker-ce-${version}-1.test.x86_64\ndocker-ce-cli-${version}-1.test.x86_64`);
      expect(lab.host.readFile('/etc/dnf/dnf.conf')).toMatch(/exclude=.*docker-ce/);
      expect(await lab.host.run('systemctl show -p MainPID --value docker')).not.toBe(before);
      expect(await whatRuns()).toBe(running);
    }
  });

  test('unprepare takes all of it back', async () => {
    await instance.remove();
    await lab.controller.mustNovadock('host unprepare dnf');
    expect(compareTrees(lab.joined, await lab.host.tree(), [...leftByOthers, agentsOwn, ...leftByRpm, /^\/etc\/hosts$/])).toEqual([]);
    expect(await lab.host.run("rpm -qa | grep -E 'docker|containerd|gpg-pubkey' || echo none")).toBe('none');
  });
});

/** What zypper notes of itself when it first runs: an id, cookies, what it installed for others. */
const leftByZypper = [/^\/var\/lib\/zypp(\/|$)/, /^\/var\/lib\/YaST2(\/|$)/];

describe('on a host with zypper', () => {
  let lab: RpmHost;

  beforeAll(async () => {
    lab = await openRpmHost({ name: 'suse', disk: zypperDisk, source: { file: '/etc/zypp/repos.d/base.repo', lines: 'enabled=1\n' } });
  });
  afterAll(() => lab.close());

  test('a repository that another key signed is refused', async () => {
    expect(await lab.prepare('docker-ce', { key: 'other.gpg' })).toMatchObject({ code: 1, error: 'REPOSITORY_NOT_TRUSTED' });
    expect(await lab.host.run("ls /etc/zypp/repos.d; rpm -qa 'gpg-pubkey*'")).toBe('base.repo');
  });

  test('packages are installed, locked, changed for another version, and a second run changes nothing', async () => {
    expect((await lab.prepare('docker-ce-mirror', { options: '--dry-run' })).said).toContain('install exactly docker-ce 20.10.23-1.test, docker-ce-cli 20.10.23-1.test');
    expect(await lab.host.run("ls /etc/zypp/repos.d; rpm -qa 'gpg-pubkey*'")).toBe('base.repo');
    expect((await lab.prepare('docker-ce-mirror')).said).toContain('suse: prepared');
    expect(await lab.prepare('docker-ce-mirror', { version: '99.1', options: '--dry-run' })).toMatchObject({ code: 1, error: 'PACKAGE_NOT_FOUND' });
    const instance = await bootGuest(lab.controller, lab.host);
    const started = await instance.startedAt();
    for (const version of ['20.10.24', '20.10.23']) {
      expect((await lab.prepare('docker-ce', { version })).said).toContain('suse: prepared');
      expect(await lab.host.run('rpm -q docker-ce; systemctl is-active docker')).toBe(`docker-ce-${version}-1.test.x86_64\nactive`);
      expect(lab.host.readFile('/etc/zypp/locks')).toMatch(/^solvable_name: docker-ce$/m);
      expect(await instance.startedAt()).toBe(started);
    }
    expect(await lab.controller.mustNovadock('host prepare suse')).toContain('suse: prepared; nothing changed');
    await instance.remove();
  });

  test('unprepare takes all of it back', async () => {
    await lab.controller.mustNovadock('host unprepare suse');
    expect(compareTrees(lab.joined, await lab.host.tree(), [...leftByOthers, agentsOwn, ...leftByRpm, ...leftByZypper])).toEqual([]);
    expect(await lab.host.run("rpm -qa | grep -E 'docker|containerd|gpg-pubkey' || echo none")).toBe('none');
  });
});
