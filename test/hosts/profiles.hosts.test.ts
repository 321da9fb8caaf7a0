import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dockerCeRepository, dockerCeVersions } from '../harness/bare-host/apt-repository.ts';
import type { BareHost } from '../harness/bare-host/bare-host.ts';
import { openBareHosts, type BareHosts } from '../harness/bare-host/bare-hosts.ts';
import { startController, type Controller } from '../harness/bare-host/controller.ts';
import { openstackDisk } from '../harness/bare-host/openstack-disk.ts';
import { rpmDisk, rpmRepository } from '../harness/bare-host/rpm-repository.ts';
import { serveRegistry } from '../harness/bare-host/serve-registry.ts';
import { compareTrees, type Tree } from '../harness/bare-host/tree.ts';
import { repository } from '../harness/program.ts';
import { waitFor } from '../harness/wait-for.ts';
import { bootOn } from './boot-on.ts';
import { makeDriverRepository } from './driver-repository.ts';
import { agentsOwn, leftByOthers, leftByRpm } from './left-by-others.ts';

describe('hosts of other kinds', () => {
  let hosts: BareHosts;
  let controller: Controller;
  let rpms: string;

  beforeAll(async () => {
    rpms = await rpmRepository();
    hosts = await openBareHosts({ rpm: rpms, 'docker-ce': await dockerCeRepository(), git: '/var/cache/novadock-test/git' });
    controller = await startController(hosts);
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
  const bootsThere = async (host: BareHost) => {
    await waitFor(`${host.name} to take instances`, async () => (await controller.request<{ engineReady: boolean }>('GET', `/v1/hosts/${host.name}`)).engineReady);
    const instance = await bootOn(controller, { host, zone: host.name, name: `on-${host.name}` });
    expect(await instance.addressInside()).toContain(`${instance.address}/`);
    await instance.remove();
  };
  const backAsItWas = async (host: BareHost, joined: Tree, exceptions: RegExp[] = []) => {
    await controller.mustNovadock(`host unprepare ${host.name}`);
    expect(compareTrees(joined, await host.tree(), [...leftByOthers, agentsOwn, ...exceptions])).toEqual([]);
  };

  describe('of the RPM family', () => {
    const packages = (host: BareHost) => host.run('rpm -qa | sort');
    const repositories = (names: string[]) => ({ '/etc/yum.repos.d/test.repo': names.map((name) => `[${name}]\nname=${name}\nbaseurl=${hosts.repositoryUrl('rpm')}/${name}${name === 'base' ? '' : '/9/x86_64/stable'}\ngpgcheck=${name === 'base' ? 0 : 1}\ngpgkey=${hosts.repositoryUrl('rpm')}/${name}/gpg\n`).join('') });

    test('by yum, with the engine of the repositories that it has', async () => {
      const [host] = (await hosts.start(['yum'], { disk: await rpmDisk(), files: repositories(['base', 'docker-ce']) })) as [BareHost];
      await controller.join([host], '--label zone=yum');
      const [joined, had] = [await host.tree(), await packages(host)];
      const printed = await controller.mustNovadock('host prepare yum --log');
      expect(printed).toMatch(/\$ yum -y install .*docker-ce/);
      expect(await host.run('rpm -q docker-ce; systemctl is-active docker; systemctl is-enabled docker')).toBe('docker-ce-20.10.24-1.test.x86_64\nactive\nenabled');
      expect(await controller.mustNovadock('host prepare yum')).toContain('yum: prepared; nothing changed');
      await bootsThere(host);
      await backAsItWas(host, joined, leftByRpm);
      expect(await packages(host)).toBe(had);
      await host.remove();
    });

    test('by dnf, with docker-ce at a pinned version from a signed repository of the profile', async () => {
      const [host] = (await hosts.start(['dnf'], { disk: await rpmDisk(), files: repositories(['base']) })) as [BareHost];
      await host.run('ln -s dnf-3 /usr/bin/dnf');
      await controller.join([host], '--label zone=dnf');
      const [joined, had] = [await host.tree(), await packages(host)];
      const ceRepository = { url: `${hosts.repositoryUrl('rpm')}/docker-ce`, key: readFileSync(join(rpms, 'docker-ce/gpg'), 'utf8') };
      await setProfile('rpm-ce', { engine: { source: 'docker-ce', version: '20.10.23', repository: ceRepository } });
      await controller.mustNovadock('host prepare dnf --profile rpm-ce');
      expect(await host.run('rpm -q docker-ce; systemctl is-active docker')).toBe('docker-ce-20.10.23-1.test.x86_64\nactive');
      await bootsThere(host);
      await backAsItWas(host, joined, leftByRpm);
      expect(await packages(host)).toBe(had);
      await host.remove();
    });
  });

  describe('with docker-ce on Debian', () => {
    const profile = async (key: string, version = '') => ({ engine: { source: 'docker-ce', version, repository: { url: hosts.repositoryUrl('docker-ce'), key: readFileSync(join(await dockerCeRepository(), key), 'utf8') } } });

    test('from the signed repository; with another key it is refused, and nothing stays', async () => {
      const [host] = (await hosts.start(['ce'])) as [BareHost];
      await controller.join([host], '--label zone=ce');
      const joined = await host.tree();
      await setProfile('ce', await profile('other.gpg'));
      const refused = await controller.novadock('host prepare ce --profile ce');
      expect(refused.code).toBe(1);
      expect(refused.stdout + refused.stderr).toMatch(/not signed with the key of the profile/);
      expect((await host.exec('command -v dockerd')).code).not.toBe(0);
      await host.run('apt-get -qq update');
      expect(compareTrees(joined, await host.tree(), [...leftByOthers, agentsOwn])).toEqual([]);

      await setProfile('ce', await profile('gpg', '5:20.10.23'));
      await controller.mustNovadock('host prepare ce --profile ce');
      expect(await host.run("dpkg-query -W -f '${db:Status-Abbrev}${Version}' docker-ce; apt-mark showhold | tr '\\n' ' '; systemctl is-active docker")).toBe(`hi ${dockerCeVersions[0]}containerd.io docker-ce docker-ce-cli active`);
      await bootsThere(host);
      await backAsItWas(host, joined);
      await host.remove();
    });
  });

  test('with kernel settings, a registry mirror, and an uplink that passes less than is usual', async () => {
    const registry = await serveRegistry(hosts.fabric.address, join(repository, `images/hello/hello-${process.arch === 'x64' ? 'amd64' : 'arm64'}.tar`));
    const mirror = `${new URL(hosts.repositoryUrl('debian')).hostname}:${registry.port}`;
    const [host] = (await hosts.start(['tuned'])) as [BareHost];
    // As in an overlay.
    await host.run('ip link set eth0 mtu 1450');
    await controller.join([host], '--label zone=tuned');
    const joined = await host.tree();
    const read = (setting: string) => host.run(`cat /proc/sys/net/${setting}`);
    const before = await read('core/somaxconn');
    const tune = (sysctl: Record<string, string>) => setProfile('tuned', { sysctl, engine: { settings: { 'live-restore': true, 'registry-mirrors': [`http://${mirror}`], 'insecure-registries': [mirror] } } });

    await tune({ 'net.core.no_such_setting': '1' });
    const refused = await controller.novadock('host prepare tuned --profile tuned');
    expect([refused.code, refused.stdout + refused.stderr]).toEqual([1, expect.stringMatching(/no setting net\.core\.no_such_setting .*take it out of sysctl/)]);
    expect(registry.pulls).toEqual(['library/hello-world']);

    // Whether netfilter sees what passes a bridge of the host or not, instances reach each other and what is beyond.
    for (const callsNetfilter of ['1', '0']) {
      await tune({ 'net.core.somaxconn': '2048', 'net.bridge.bridge-nf-call-iptables': callsNetfilter });
      await controller.mustNovadock('host prepare tuned --profile tuned');
      expect([await read('core/somaxconn'), await read('bridge/bridge-nf-call-iptables')]).toEqual(['2048', callsNetfilter]);
      await waitFor('tuned to take instances', async () => (await controller.request<{ engineReady: boolean }>('GET', '/v1/hosts/tuned')).engineReady);
      const [one, other] = [await bootOn(controller, { host, zone: 'tuned', name: 'one' }), await bootOn(controller, { host, zone: 'tuned', name: 'other' })];
      const from = `nsenter -t $(docker inspect nova-${one.id} --format '{{.State.Pid}}') -n timeout 10`;
      // Nobody listens there, and it is the other instance that says so.
      expect((await host.exec(`${from} bash -c ': < /dev/tcp/${other.address}/9'`)).stderr).toContain('Connection refused');
      expect(await host.run(`${from} curl -sS -o /dev/null -w '%{http_code}' http://${mirror}/v2/`)).toBe('200');
      expect(await host.run(`${from} ip -o link show eth0`)).toContain(' mtu 1450 ');
      await one.remove();
      await other.remove();
    }
    expect(await controller.mustNovadock('host prepare tuned')).toContain('tuned: prepared; nothing changed');
    expect(await host.run("docker images --format '{{.Repository}}' hello-world")).toBe('hello-world');

    await host.powerOff();
    await host.powerOn();
    expect([await read('core/somaxconn'), await read('bridge/bridge-nf-call-iptables')]).toEqual(['2048', '0']);
    await waitFor('tuned to be back', async () => (await controller.request<{ up: boolean }>('GET', '/v1/hosts/tuned')).up);
    await backAsItWas(host, joined);
    expect([await read('core/somaxconn'), await read('bridge/bridge-nf-call-iptables')]).toEqual([before, '1']);
    await host.remove();
    await registry.close();
  });

  describe('that are nodes of an OpenStack', () => {
    test("Debian's Nova and Glance get the Docker driver, are restarted after their files, and get everything back", async () => {
      const url = makeDriverRepository('/var/cache/novadock-test/git');
      const [host] = (await hosts.start(['node'], { disk: await openstackDisk() })) as [BareHost];
      await controller.join([host], '--label zone=node');
      const seen = () => JSON.parse(host.readFile('/run/nova/seen.json')) as { driver: string; loads: boolean; groups: number[] };
      const pids = () => host.run('systemctl show -p MainPID --value nova-compute glance-api');
      expect(seen()).toMatchObject({ driver: 'ironic.IronicDriver' });
      const before = await pids();
      const joined = await host.tree();

      await setProfile('nova-docker', { dockerGroup: ['nova'], novaDocker: { package: `git+${hosts.repositoryUrl('git')}/${url}@stable/liberty`, compute: true, glance: true } });
      await controller.mustNovadock('host prepare node --profile nova-docker');
      expect(seen()).toMatchObject({ driver: 'novadocker.virt.docker.DockerDriver', loads: true, groups: expect.arrayContaining([Number(await host.run('getent group docker | cut -d: -f3'))]) as unknown });
      expect(host.readFile('/etc/nova/rootwrap.d/docker.filters')).toMatch(/\[Filters\]\n[^]*ln: CommandFilter, \/bin\/ln, root/);
      const formats = "from glance.common import config; config.parse_args(['--config-file=/etc/glance/glance-api.conf']); from oslo_config import cfg; print(','.join(cfg.CONF.image_format.container_formats))";
      expect((await host.run(`python3 -c "${formats}"`)).split(',')).toEqual(expect.arrayContaining(['docker', 'bare', 'ovf', 'ami']));
      expect(await pids()).not.toBe(before);
      expect(await controller.mustNovadock('host prepare node')).toContain('node: prepared; nothing changed');
      await bootsThere(host);

      // Nova keeps a cache of what Python packages offer.
      await backAsItWas(host, joined, [/^\/var\/lib\/nova\/\.cache\//]);
      await waitFor('Nova to have its driver back', async () => seen().driver === 'ironic.IronicDriver');
      await host.remove();
    });
  });

  test('novadock host add root@… does the same by ssh', async () => {
    const key = join(controller.home, 'id');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
    const [host] = (await hosts.start(['added'], { files: { '/root/.ssh/authorized_keys': readFileSync(`${key}.pub`, 'utf8') } })) as [BareHost];
    // ssh takes its home from the password database: of this machine's own keys, nothing is to be read or written.
    const bin = join(controller.home, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'ssh'), `#!/bin/sh\nexec /usr/bin/ssh -F none -o UserKnownHostsFile=${key}.hosts "$@"\n`, { mode: 0o755 });
    const add = `host add root@${host.address} --key ${key} --label zone=added`;
    const env = { PATH: `${bin}:${process.env.PATH}` };
    const unknown = await controller.novadock(add, { env });
    expect([unknown.code === 0, unknown.stderr]).toEqual([false, expect.stringContaining('its key is a new or another one')]);
    writeFileSync(`${key}.hosts`, execFileSync('ssh-keyscan', [host.address], { stdio: ['ignore', 'pipe', 'ignore'] }));
    const printed = await controller.mustNovadock(add, { env });
    expect(printed).toContain('added is a host of the cloud');
    await waitFor('the host to be up', async () => (await controller.request<{ up: boolean }>('GET', '/v1/hosts/added')).up);
    await host.remove();
  });
});
