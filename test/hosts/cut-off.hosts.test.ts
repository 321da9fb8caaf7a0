import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BareHost } from '../harness/bare-host/bare-host.ts';
import { openBareHosts, type BareHosts } from '../harness/bare-host/bare-hosts.ts';
import { startController, type Controller } from '../harness/bare-host/controller.ts';
import { compareTrees, type Tree } from '../harness/bare-host/tree.ts';
import { waitFor } from '../harness/wait-for.ts';
import { bootOn } from './boot-on.ts';
import { cutOffAtEachStep, inBetween } from './cut-off.ts';
import { cutPowerOf, killAgentOf } from './interrupt.ts';
import { leftByOthers } from './left-by-others.ts';

const steps = ['prechecks', 'packages', 'docker-group', 'runtime', 'engine-config', 'proxy', 'service', 'boot', 'socket', 'smoke-test', 'driver-config'];

describe('a set-up that is cut off at each step ends by itself', () => {
  let hosts: BareHosts;
  let controller: Controller;
  let plug: BareHost;
  let kill: BareHost;
  const before = new Map<BareHost, Tree>();

  beforeAll(async () => {
    hosts = await openBareHosts();
    controller = await startController(hosts);
    [plug, kill] = (await hosts.start(['plug', 'kill'])) as [BareHost, BareHost];
    for (const host of [plug, kill]) before.set(host, await host.tree());
    await controller.join([plug], '--label zone=plug');
    await controller.join([kill], '--label zone=kill');
  });
  afterAll(async () => {
    await controller.stop();
    await hosts.close();
  });

  describe.concurrent('apply', () => {
    test('by a power cut of the host', async () => {
      const { cutAt, run } = await cutOffAtEachStep({ controller, host: plug, kind: 'apply', cut: () => cutPowerOf(plug) });
      expect({ state: run.state, error: run.error }).toEqual({ state: 'succeeded', error: null });
      expect(cutAt).toEqual(expect.arrayContaining([...steps, ...inBetween.apply]));
    });
    test('by kill -9 of the agent', async () => {
      const { cutAt, run } = await cutOffAtEachStep({ controller, host: kill, kind: 'apply', cut: () => killAgentOf(kill) });
      expect({ state: run.state, error: run.error }).toEqual({ state: 'succeeded', error: null });
      // From the first of these words on the package manager ends its work alone, and nobody hears the others.
      expect(cutAt).toEqual(expect.arrayContaining([...steps, inBetween.apply[0]]));
    });
  });

  test('the hosts are as they should, and boot instances', async () => {
    const printed = await controller.mustNovadock('host prepare plug kill');
    expect(printed).not.toContain(': changed: ');
    for (const host of [plug, kill]) {
      await waitFor(`${host.name} to take instances`, async () => (await controller.request<{ engineReady: boolean }>('GET', `/v1/hosts/${host.name}`)).engineReady);
      const instance = await bootOn(controller, { host, zone: host.name, name: `on-${host.name}` });
      expect(await instance.addressInside()).toContain(`${instance.address}/`);
      await instance.remove();
    }
  });

  describe.concurrent('undo', () => {
    test('by a power cut of the host', async () => {
      const { cutAt, run } = await cutOffAtEachStep({ controller, host: plug, kind: 'undo', cut: () => cutPowerOf(plug) });
      expect({ state: run.state, error: run.error }).toEqual({ state: 'succeeded', error: null });
      expect(cutAt).toEqual(expect.arrayContaining([...steps, ...inBetween.undo]));
    });
    test('by kill -9 of the agent', async () => {
      const { cutAt, run } = await cutOffAtEachStep({ controller, host: kill, kind: 'undo', cut: () => killAgentOf(kill) });
      expect({ state: run.state, error: run.error }).toEqual({ state: 'succeeded', error: null });
      expect(cutAt).toEqual(expect.arrayContaining([...steps, ...inBetween.undo]));
    });
  });

  test('and leaves the file system as it was before the join', async () => {
    for (const { name } of [plug, kill]) await waitFor(`${name} to answer`, async () => (await controller.request<{ up: boolean }>('GET', `/v1/hosts/${name}`)).up);
    await controller.mustNovadock('host forget plug kill');
    for (const host of [plug, kill]) {
      await waitFor(`the agent to leave ${host.name}`, async () => (await host.exec('test -e /usr/local/lib/novadock || test -e /var/lib/novadock')).code !== 0);
      // What groupadd and groupdel write before it takes the place of the file: where the power went just then, it stays until they run again.
      expect(compareTrees(before.get(host)!, await host.tree(), [...leftByOthers, /^\/etc\/g?shadow\+$|^\/etc\/group\+$/])).toEqual([]);
    }
  });
});
