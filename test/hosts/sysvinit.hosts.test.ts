import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BareHost } from '../harness/bare-host/bare-host.ts';
import { openBareHosts, type BareHosts } from '../harness/bare-host/bare-hosts.ts';
import { startController, type Controller } from '../harness/bare-host/controller.ts';
import { sysvinitDisk } from '../harness/bare-host/sysvinit-disk.ts';
import { compareTrees } from '../harness/bare-host/tree.ts';
import { waitFor } from '../harness/wait-for.ts';
import { bootOn } from './boot-on.ts';
import { agentsOwn, leftByOthers } from './left-by-others.ts';

let hosts: BareHosts;
let controller: Controller;

beforeAll(async () => {
  hosts = await openBareHosts();
  controller = await startController(hosts);
});
afterAll(async () => {
  await controller.stop();
  await hosts.close();
});

/** As docs/hosts.md says for a machine without systemd; join.sh asks for it. The agent runs until the machine is switched off. */
async function joinByHand(host: BareHost): Promise<void> {
  const [, pin, url, token] = /--pinnedpubkey '([^']+)' (https:\S+)\/v1\/join\.sh .*--token (\S+)/.exec(await controller.joinLine('--label zone=sysv')) ?? [];
  const cpu = process.arch === 'x64' ? 'amd64' : 'arm64';
  await host.run(`mkdir /opt/agent; curl -fsSk --pinnedpubkey '${pin}' ${url}/v1/agent/novadock-agent-linux-${cpu}.tar.gz | tar -xz -C /opt/agent`);
  host.writeFile('/opt/agent/token', `${token}\n`, 0o600);
  await host.run(`NOVADOCK_HOME=/var/lib/novadock NOVADOCK_JOIN_TOKEN_FILE=/opt/agent/token setsid /opt/agent/bin/node /opt/agent/main.js serve --join ${url} --pin '${pin}' < /dev/null > /var/log/novadock-agent.log 2>&1 & true`);
  await waitFor(`${host.name} to be up`, async () => (await controller.request<{ hosts: { name: string; up: boolean }[] }>('GET', '/v1/hosts')).hosts.some(({ name, up }) => name === host.name && up));
}

test('a host whose PID 1 is sysvinit is prepared, boots instances, gets its proxy, and is put back', async () => {
  const [host] = (await hosts.start(['sysv'], { disk: await sysvinitDisk() })) as [BareHost];
  await joinByHand(host);
  const joined = await host.tree();

  const printed = await controller.mustNovadock('host prepare sysv --log');
  expect(printed).toContain('$ service docker restart');
  expect(await host.run('cat /proc/1/comm; ls /etc/rc2.d | grep docker; stat -c %a:%U:%G /var/run/docker.sock; service docker status')).toMatch(/^init\nS\d\ddocker\n660:root:docker\nDocker is running/);
  expect(await controller.mustNovadock('host prepare sysv')).toContain('sysv: prepared; nothing changed');

  await waitFor('sysv to take instances', async () => (await controller.request<{ engineReady: boolean }>('GET', '/v1/hosts/sysv')).engineReady);
  const instance = await bootOn(controller, { host, zone: 'sysv', name: 'on-sysv' });
  expect(await instance.addressInside()).toContain(`${instance.address}/`);
  const startedAt = await instance.startedAt();

  // By a restart of the engine, beside which the instance runs on.
  const profile = join(controller.home, 'proxied.json');
  writeFileSync(profile, JSON.stringify({ engine: { proxy: { http: 'http://127.0.0.1:3128' } } }));
  await controller.mustNovadock(`profile set proxied --file ${profile}`);
  await controller.mustNovadock('host prepare sysv --profile proxied');
  expect(await host.run("docker info --format '{{.HTTPProxy}}'")).toBe('http://127.0.0.1:3128');
  expect(await instance.startedAt()).toBe(startedAt);
  expect(await controller.mustNovadock('host prepare sysv')).toContain('sysv: prepared; nothing changed');
  await instance.remove();

  await controller.mustNovadock('host unprepare sysv');
  // Its agent was started by hand, above, with a log of its own.
  expect(compareTrees(joined, await host.tree(), [...leftByOthers, agentsOwn, /^\/var\/log\/novadock-agent\.log$/])).toEqual([]);
  await host.remove();
});
