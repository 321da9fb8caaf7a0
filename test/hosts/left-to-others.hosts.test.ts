import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BareHost } from '../harness/bare-host/bare-host.ts';
import { openBareHosts, type BareHosts } from '../harness/bare-host/bare-hosts.ts';
import { startController, type Controller } from '../harness/bare-host/controller.ts';

// What an administrator did besides is what undo must not touch.
let hosts: BareHosts;
let controller: Controller;
let host: BareHost;

beforeAll(async () => {
  hosts = await openBareHosts();
  controller = await startController(hosts);
  [host] = (await hosts.start(['left'])) as [BareHost];
  await controller.join([host], '--label zone=left');
});
afterAll(async () => {
  await controller.stop();
  await hosts.close();
});

const detailOfUndo = () => controller.mustNovadock('host watch left');
const contentOf = (path: string) => host.exec(`cat ${path}`).then(({ stdout }) => stdout);

test('after undo, what an operator put beside the engine is there: in its files and folders, and in containerd', async () => {
  await controller.mustNovadock('host prepare left');
  const settings = JSON.parse(host.readFile('/etc/docker/daemon.json')) as object;
  host.writeFile('/etc/docker/daemon.json', JSON.stringify({ ...settings, debug: true }));
  await host.run('mkdir -p /etc/docker/certs.d/reg && echo ca > /etc/docker/certs.d/reg/ca.crt; echo "# mine" >> /etc/containerd/config.toml; ctr -n k8s.io namespaces create k8s.io');
  await controller.mustNovadock('host unprepare left');
  expect(JSON.parse(await contentOf('/etc/docker/daemon.json'))).toEqual({ debug: true });
  expect(await contentOf('/etc/docker/certs.d/reg/ca.crt')).toBe('ca\n');
  expect(await contentOf('/etc/containerd/config.toml')).toContain('# mine');
  expect(await host.run('ls /etc/docker; ls -d /var/lib/containerd; ls -d /var/lib/docker /opt/containerd || true')).toMatch(/^certs\.d\ndaemon\.json\n\/var\/lib\/containerd$/);
  expect(await detailOfUndo()).toMatch(/kept \/var\/lib\/containerd: it holds .*k8s\.io.*left in \/etc\/docker: certs\.d, daemon\.json/);
  await host.run('rm -r /etc/docker /etc/containerd /var/lib/containerd; apt-get purge -y "docker*" "containerd*" > /dev/null');
});

test('after a first run that failed, an engine that an operator installs is theirs: after undo it runs on, with its group and images', async () => {
  await host.run('mv /etc/apt/sources.list /root/sources.list; echo "deb http://127.0.0.1:1/debian bookworm main" > /etc/apt/sources.list; rm -rf /var/lib/apt/lists/* /var/cache/apt/archives/*.deb');
  expect(await controller.novadock('host prepare left')).toMatchObject({ code: 1 });
  await host.run('mv /root/sources.list /etc/apt/sources.list; apt-get -qq update; DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends docker.io > /dev/null; useradd alice; usermod -aG docker alice');
  await host.run('tar -C /etc -c hostname | docker import - theirs; docker create --name theirs theirs x');
  await controller.mustNovadock('host prepare left');
  await controller.mustNovadock('host unprepare left');
  expect(await host.run('docker image inspect -f "{{.RepoTags}}" theirs; getent group docker | cut -d: -f4; docker ps -aq | wc -l')).toBe('[theirs:latest]\nalice\n1');
  expect(await host.run('systemctl is-active docker; dpkg-query -W -f "\\${db:Status-Status}" docker.io')).toBe('active\ninstalled');
});
