import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BareHost } from '../harness/bare-host/bare-host.ts';
import { openBareHosts, type BareHosts } from '../harness/bare-host/bare-hosts.ts';
import { startController, type Controller } from '../harness/bare-host/controller.ts';
import { openstackDisk } from '../harness/bare-host/openstack-disk.ts';
import { compareTrees, type Tree } from '../harness/bare-host/tree.ts';
import { waitFor } from '../harness/wait-for.ts';
import { cutOffAtEachStep } from './cut-off.ts';
import { makeDriverRepository } from './driver-repository.ts';
import { cutPowerOfHeld, holdAgentOf, killAgentOf, letAgentGo } from './interrupt.ts';
import { leftByOthers } from './left-by-others.ts';

/** Those of the OpenStack profile; the others are cut off in cut-off.hosts.test.ts. */
const steps = ['openstack-node', 'nova-tools', 'nova-driver', 'nova-conf', 'nova-rootwrap', 'glance-conf', 'nova-user', 'openstack-services'];
const names = ['novaplug', 'novakill'] as const;

describe('a set-up of an OpenStack node that is cut off at each step ends by itself', () => {
  let hosts: BareHosts;
  let controller: Controller;
  const bare = new Map<string, BareHost>();
  const before = new Map<string, Tree>();
  const host = (name: string) => bare.get(name)!;
  const seen = (name: string) => JSON.parse(host(name).readFile('/run/nova/seen.json')) as { driver: string; loads: boolean; groups: number[] };
  const cuts = { novaplug: () => cutPowerOfHeld(host('novaplug')), novakill: () => killAgentOf(host('novakill')) };

  beforeAll(async () => {
    const git = '/var/cache/novadock-test/git';
    const repository = makeDriverRepository(git);
    hosts = await openBareHosts({ git });
    controller = await startController(hosts);
    const profile = { dockerGroup: ['nova'], novaDocker: { package: `git+${hosts.repositoryUrl('git')}/${repository}@stable/liberty`, compute: true, glance: true } };
    writeFileSync(join(controller.home, 'node.json'), JSON.stringify(profile));
    await controller.mustNovadock(`profile set nova-docker --file ${join(controller.home, 'node.json')}`);
    for (const name of names) {
      const [one] = (await hosts.start([name], { disk: await openstackDisk() })) as [BareHost];
      bare.set(name, one);
      before.set(name, await one.tree());
      await controller.join([one]);
    }
    await controller.mustNovadock(`host prepare ${names.join(' ')}`);
    await holdAgentOf(host('novaplug'));
  });
  afterAll(async () => {
    await controller.stop();
    await hosts.close();
  });

  describe.concurrent('apply', () => {
    test.each(names)('of %s', async (name) => {
      const { cutAt, run } = await cutOffAtEachStep({ controller, host: host(name), kind: 'apply', cut: cuts[name], profile: 'nova-docker', only: steps });
      expect({ state: run.state, error: run.error }).toEqual({ state: 'succeeded', error: null });
      expect(cutAt).toEqual(expect.arrayContaining(steps));
    });
  });

  test('Nova runs with the driver, and there is nothing left to do', async () => {
    expect(await controller.mustNovadock(`host prepare ${names.join(' ')}`)).not.toContain(': changed: ');
    for (const name of names) {
      expect(seen(name)).toMatchObject({ driver: 'novadocker.virt.docker.DockerDriver', loads: true, groups: expect.arrayContaining([Number(await host(name).run('getent group docker | cut -d: -f3'))]) as unknown });
      expect(await host(name).run('systemctl is-active nova-compute glance-api')).toBe('active\nactive');
    }
  });

  describe.concurrent('undo', () => {
    test.each(names)('of %s', async (name) => {
      const { cutAt, run } = await cutOffAtEachStep({ controller, host: host(name), kind: 'undo', cut: cuts[name], only: steps });
      expect({ state: run.state, error: run.error }).toEqual({ state: 'succeeded', error: null });
      expect(cutAt).toEqual(expect.arrayContaining(steps));
    });
  });

  test('and leaves Nova with its driver, and the file system as it was before the join', async () => {
    for (const name of names) {
      await waitFor(`Nova on ${name} to have its driver back`, async () => seen(name).driver === 'ironic.IronicDriver');
      await waitFor(`${name} to answer`, async () => (await controller.request<{ up: boolean }>('GET', `/v1/hosts/${name}`)).up);
    }
    await letAgentGo(host('novaplug'));
    await controller.mustNovadock(`host forget ${names.join(' ')}`);
    for (const name of names) {
      await waitFor(`the agent to leave ${name}`, async () => (await host(name).exec('test -e /usr/local/lib/novadock || test -e /var/lib/novadock')).code !== 0);
      // Nova and Glance keep a cache of what Python packages offer, anew after each change of one. And what groupadd and groupdel write before it takes the place of the file.
      expect(compareTrees(before.get(name)!, await host(name).tree(), [...leftByOthers, /^\/var\/lib\/(nova|glance)\/\.cache\//, /^\/etc\/g?shadow\+$|^\/etc\/group\+$/])).toEqual([]);
    }
  });
});
