import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BareHost } from '../harness/bare-host/bare-host.ts';
import { openBareHosts, type BareHosts } from '../harness/bare-host/bare-hosts.ts';
import { compareTrees } from '../harness/bare-host/tree.ts';
import { waitFor } from '../harness/wait-for.ts';

describe('a bare host of the tests', () => {
  let hosts: BareHosts;
  let host: BareHost;

  beforeAll(async () => {
    hosts = await openBareHosts();
    [host] = (await hosts.start(['h1'])) as [BareHost];
  });
  afterAll(() => hosts.close());

  test('has systemd as PID 1 with all its services up, an address, and no engine', async () => {
    expect(await host.run('cat /proc/1/comm; systemctl is-system-running; hostname')).toBe('systemd\nrunning\nh1');
    expect(await host.run('ip -4 -o addr show eth0')).toContain(`${host.address}/24`);
    expect((await host.exec('command -v dockerd')).code).toBe(127);
  });

  test('finds packages at the fixture, and nothing else', async () => {
    expect(await host.run('apt-get -qq update && apt-cache policy docker.io')).toContain(hosts.repositoryUrl('debian'));
    expect((await host.exec('curl -s -m 3 http://deb.debian.org/')).code).not.toBe(0);
    expect((await host.exec('curl -s -m 3 http://169.254.169.254/')).code).not.toBe(0);
  });

  test('a power cut loses what was not flushed and keeps what was', async () => {
    const before = await host.tree();
    await host.run('sync; echo kept > /root/kept && sync /root/kept && echo lost > /root/lost');
    await host.powerCut();
    await host.powerOn();
    expect(host.readFile('/root/kept')).toBe('kept\n');
    expect((await host.exec('cat /root/lost')).stdout).not.toBe('lost\n');
    await host.run('rm -f /root/kept /root/lost');
    expect(compareTrees(before, await host.tree(), [/^\/var\/(log|tmp|cache|lib\/systemd)\//])).toEqual([]);
  });

  test('its tree tells content, modes, owners and links apart', async () => {
    host.writeFile('/root/a', 'one', 0o600);
    const before = await host.tree();
    await host.run('chmod 644 /root/a; ln -s a /root/b; mkdir /root/c');
    expect(compareTrees(before, await host.tree()).map((line) => line.slice(0, 9))).toEqual(['~ /root/a', '+ /root/b', '+ /root/c']);
  });

  test('nothing is left of hosts whose test was killed', async () => {
    const script = join(import.meta.dirname, '../harness/bare-host/bare-hosts.ts');
    const child = spawn(process.execPath, ['--input-type=module', '-e', `const { openBareHosts } = await import('${script}'); const hosts = await openBareHosts(); await hosts.start(['left']); console.log(hosts.fabric.prefix);`], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [prefix] = (await once(child.stdout, 'data')).map((data) => String(data).trim());
    child.kill('SIGKILL');
    await once(child, 'exit');
    const left = () => [...readdirSync('/run/netns'), ...readdirSync('/sys/class/net'), ...readdirSync('/sys/fs/cgroup/memory')].filter((name) => name === prefix || name.startsWith(`${prefix}-`));
    expect(left()).toEqual(expect.arrayContaining([prefix, `${prefix}-left`]));
    const next = await openBareHosts();
    // Another test's may have been made in its place just now.
    if (next.fabric.prefix !== prefix) await waitFor('the leftovers to go', async () => left().length === 0);
    await next.close();
    expect(left()).toEqual([]);
    expect(existsSync(next.fabric.folder)).toBe(false);
  });
});
