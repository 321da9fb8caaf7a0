import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BareHost } from '../harness/bare-host/bare-host.ts';
import { openBareHosts, type BareHosts } from '../harness/bare-host/bare-hosts.ts';
import { bootOn } from '../hosts/boot-on.ts';
import { startController, type Controller } from '../harness/bare-host/controller.ts';
import { leftByOthers } from '../hosts/left-by-others.ts';
import { compareTrees, type Tree } from '../harness/bare-host/tree.ts';
import { waitFor } from '../harness/wait-for.ts';

// What each change has to pass of `npm run test:hosts`: one machine, there and back.
describe('a bare machine with systemd', () => {
  let hosts: BareHosts;
  let controller: Controller;
  let bare: BareHost;
  let before: Tree;

  beforeAll(async () => {
    hosts = await openBareHosts();
    controller = await startController(hosts);
    [bare] = (await hosts.start(['h1'])) as [BareHost];
    before = await bare.tree();
  });
  afterAll(async () => {
    await controller.stop();
    await hosts.close();
  });

  test('joins by one line, is prepared by another, runs an instance, and is left as it was', async () => {
    await controller.join([bare], '--label zone=z1');
    expect(await controller.mustNovadock('host prepare h1 --dry-run')).toContain('would change: Docker Engine and network tools');
    expect((await bare.exec('command -v dockerd')).code).not.toBe(0);
    expect(await controller.mustNovadock('host prepare h1')).toContain('h1: changed: Docker Engine and network tools');
    expect(await controller.mustNovadock('host prepare h1')).toContain('h1: prepared; nothing changed');
    const instance = await bootOn(controller, { host: bare, zone: 'z1', name: 'test1' });
    expect(await instance.addressInside()).toContain(`${instance.address}/`);
    await instance.remove();
    expect(await controller.mustNovadock('host unprepare h1')).toContain('h1: taken back');
    await controller.mustNovadock('host forget h1');
    await waitFor('the agent to leave', async () => (await bare.exec('test -e /usr/local/lib/novadock || test -e /var/lib/novadock')).code !== 0);
    expect(compareTrees(before, await bare.tree(), leftByOthers)).toEqual([]);
  });
});
