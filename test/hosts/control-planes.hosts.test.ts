import { chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, type Client } from '@novadock/api-client';
import { openStore, type Store } from '@novadock/store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startBalancer, type Balancer } from '../harness/balancer.ts';
import type { BareHost } from '../harness/bare-host/bare-host.ts';
import { openBareHosts, type BareHosts } from '../harness/bare-host/bare-hosts.ts';
import { mustRun } from '../harness/bare-host/run-program.ts';
import { repository } from '../harness/program.ts';
import { waitFor } from '../harness/wait-for.ts';
import { archive, home, installControlPlane, readPassword, unit } from './control-plane-service.ts';
import { createDatabase, databaseUrl, postgresDisk } from './postgres-disk.ts';

describe('two control planes as services, on one PostgreSQL and one folder of images', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'nd-services-'));
  const images = join(scratch, 'images');
  let hosts: BareHosts;
  let balancer: Balancer;
  let store: Store;
  let publicUrl: string;
  let [db, one, two, worker] = [] as unknown as [BareHost, BareHost, BareHost, BareHost];
  /** Of the operator, through the balancer. */
  let client: Client;
  let env: NodeJS.ProcessEnv;
  const instances: string[] = [];

  beforeAll(async () => {
    await mustRun([process.execPath, join(repository, 'tools/package-control-plane.ts')], { timeoutMs: 10 * 60_000 });
    mkdirSync(images, { mode: 0o700 });
    chownSync(images, 870, 870);
    hosts = await openBareHosts({ 'control-plane': join(repository, 'dist/control-plane') });
    [db] = (await hosts.start(['db'], { disk: await postgresDisk() })) as [BareHost];
    // What a file server's folder is to them.
    [one, two] = (await hosts.start(['one', 'two'], { shared: { '/srv/images': images } })) as [BareHost, BareHost];
    [worker] = (await hosts.start(['worker'])) as [BareHost];
    balancer = await startBalancer({ address: hosts.fabric.address, targets: [one, two].map(({ address }) => `${address}:8774`) });
    publicUrl = `https://${hosts.fabric.address}:${balancer.port}`;
    await db.run(createDatabase);
    store = openStore(databaseUrl(db.address));
  });
  afterAll(async () => {
    await balancer?.close();
    await store?.close();
    await hosts?.close();
    rmSync(scratch, { recursive: true, force: true });
  });

  const archiveUrl = () => `${hosts.repositoryUrl('control-plane')}/${archive}`;
  const install = (host: BareHost) => installControlPlane(host, { url: archiveUrl(), settings: { DATABASE_URL: databaseUrl(db.address), NOVADOCK_PUBLIC_URL: publicUrl } });
  const mount = (host: BareHost) => host.run(`mkdir -p ${home}/blobs; grep -qs ${home} /etc/fstab || echo '/srv/images ${home}/blobs none bind 0 0' >> /etc/fstab; mount ${home}/blobs`);
  const clientAt = (url: string) => createClient({ auth: { ...auth(), auth_url: `${url}/identity/v3` }, trust: { ca: env.CA ?? '' } });
  const auth = () => ({ username: 'admin', password: readPassword(one), project_name: 'admin', user_domain_name: 'Default', project_domain_name: 'Default' });
  const boot = async (through: Client, name: string) => {
    const { instances: [made], reached } = await through.instances.create({ name, image: 'hello', flavor: 'm1.tiny' }, { waitSeconds: 60 });
    instances.push(name);
    return { id: made?.id ?? 'none', reached };
  };
  const ownerOf = async () => (await store.pool.query<{ ownerId: string; epoch: string }>('SELECT "ownerId", epoch FROM "Host"')).rows[0]!;
  /** The machines whose control planes are connected to the worker, as that one sees it. */
  const commanders = async () => {
    const peers = await worker.run("ss -Htn state established 'sport = :9774'");
    return [one, two].filter(({ address }) => new RegExp(`\\b${address}\\]?:`).test(peers));
  };
  const both = () => waitFor('both to be ready', async () => balancer.ready().length === 2, 120_000, 200);
  const running = () => worker.run("docker ps --no-trunc --format '{{.ID}}' | sort | xargs -r docker inspect -f '{{.Id}} {{.State.StartedAt}}'");

  test('the first is installed by one command, not as root, and systemd says when it is ready', async () => {
    expect(await mount(one).then(() => install(one))).toMatch(/is installed; its settings are in \/etc\/novadock\/control-plane\.env[^]*systemctl enable --now novadock-control-plane/);
    await one.run(`systemctl enable --now ${unit}`);
    expect(await one.run(`systemctl show -p ActiveState,StatusText,User ${unit}; ps -o user= -p $(systemctl show -p MainPID --value ${unit})`)).toBe('StatusText=ready\nUser=novadock\nActiveState=active\nnovadock');
    expect(await one.run('curl -fs http://127.0.0.1:8774/readyz')).toBe('ok');
    expect(readdirSync(images).toSorted()).toEqual(['incoming', 'novadock-images']);
  });

  test('the operator finds the credentials, and the command line works there and on a machine with nothing but the archive', async () => {
    expect(await one.run(`NOVADOCK_HOME=${home} novadock host list`)).toContain('NAME');
    env = { CA: await one.run('curl -fs http://127.0.0.1:8774/v1/authority.pem') };
    client = clientAt(publicUrl);
    await worker.run(`mkdir /root/novadock && curl -fsS ${archiveUrl()} | tar -xz -C /root/novadock`);
    worker.writeFile('/root/ca.pem', env.CA ?? '');
    const signIn = `OS_CACERT=/root/ca.pem OS_AUTH_URL=${publicUrl}/identity/v3 OS_USERNAME=admin OS_PASSWORD='${readPassword(one)}' OS_PROJECT_NAME=admin`;
    expect(await worker.run(`${signIn} /root/novadock/bin/novadock profile list`)).toContain('default');
  });

  test('one without the shared folder does not start and says why; it does by itself once the folder is mounted', async () => {
    await install(two);
    expect((await two.exec(`systemctl enable --now ${unit}`)).code).not.toBe(0);
    const log = await two.run(`journalctl -u ${unit} -o cat --no-pager`);
    expect(log).toContain(`${home}/blobs is not the folder that this cloud keeps its images in: it has no file novadock-images.`);
    expect(await two.run(`ls -A ${home}/blobs`)).toBe('');
    await mount(two);
    await both();
    expect(readdirSync(images).toSorted()).toEqual(['incoming', 'novadock-images']);
  });

  test('what is secret is readable by nobody else', async () => {
    for (const host of [one, two]) {
      expect(await host.run(`stat -c '%a %U' /etc/novadock/control-plane.env ${home}`)).toBe('600 root\n700 novadock');
      expect(await host.run(`find ${home} /etc/novadock -type f -perm /077`)).toBe('');
      expect(await host.run(`journalctl -u ${unit} -o cat --no-pager | grep -c not-a-secret; systemctl show ${unit} | grep -c not-a-secret`).catch((error: { stdout?: string }) => error.stdout?.trim())).toBe('0\n0');
      expect((await host.exec('runuser -u nobody -- cat /etc/novadock/control-plane.env')).code).not.toBe(0);
    }
    expect(await one.run(`stat -c %a ${home}/openrc ${home}/clouds.yaml`)).toBe('600\n600');
    const [, score = '10'] = /level for \S+: ([\d.]+)/.exec(await one.run(`systemd-analyze security --no-pager ${unit}`)) ?? [];
    expect(Number(score)).toBeLessThanOrEqual(1.3);
  });

  test('a host joins through the balancer, and instances boot through either', async () => {
    const { joinCommand } = await client.joinTokens.create({});
    await worker.run(joinCommand);
    await waitFor('the worker to be up', async () => (await client.hosts.list()).some(({ up }) => up));
    const prepared = await one.run(`NOVADOCK_HOME=${home} novadock host prepare worker`, { timeoutMs: 10 * 60_000 });
    expect(prepared).toContain('worker: changed: Docker Engine');
    await waitFor('the worker to take instances', async () => (await client.hosts.get('worker')).engineReady);
    await clientAt(`https://${one.address}:8774`).images.upload({ name: 'hello' }, { path: join(repository, 'images/hello/hello-amd64.tar') });
    for (const host of [one, two]) {
      const { id, reached } = await boot(clientAt(`https://${host.address}:8774`), `through-${host.name}`);
      expect(reached).toBe(true);
      expect((await clientAt(`https://${(host === one ? two : one).address}:8774`).instances.get(id)).status).toBe('active');
    }
  });

  test('the one that commands the worker killed: the other one takes over within 10 s, boots go on, and systemd brings it back', async () => {
    const [before, runs, [owner, ...others]] = [await ownerOf(), await running(), await commanders()];
    expect(others).toEqual([]);
    await owner!.run(`systemctl kill -s KILL ${unit}`);
    const killedAtMs = Date.now();
    const [booted] = await Promise.all([
      boot(client, 'while-one-was-dead'),
      waitFor('another owner', async () => (await ownerOf()).ownerId !== before.ownerId).then(() => expect(Date.now() - killedAtMs).toBeLessThan(10_000)),
    ]);
    expect(booted.reached).toBe(true);
    expect(Number((await ownerOf()).epoch)).toBeGreaterThan(Number(before.epoch));
    await both();
    expect(Number(await owner!.run(`systemctl show -p NRestarts --value ${unit}`))).toBeGreaterThan(0);
    expect((await running()).split('\n')).toEqual(expect.arrayContaining(runs.split('\n')));
  });

  test('a power cut of the machine of the one that commands: the other one takes over within 10 s, and shares again with it later', async () => {
    const [before, runs] = [await ownerOf(), await running()];
    const [owner] = (await commanders()) as [BareHost];
    const survivor = owner === one ? two : one;
    await owner.powerCut();
    const cutAtMs = Date.now();
    await waitFor('another owner', async () => (await ownerOf()).ownerId !== before.ownerId);
    expect(Date.now() - cutAtMs).toBeLessThan(10_000);
    expect((await boot(client, 'after-the-cut')).reached).toBe(true);
    // The worker is not told that the other one is gone.
    expect(await commanders()).toContain(survivor);
    expect((await running()).split('\n')).toEqual(expect.arrayContaining(runs.split('\n')));
    await owner.powerOn();
    await both();
    expect((await boot(clientAt(`https://${owner.address}:8774`), 'through-the-one-that-was-off')).reached).toBe(true);
  });

  test('one whose folder of images goes away under way is not ready, and is again once it is back', async () => {
    await two.run(`umount -l ${home}/blobs`);
    await waitFor('the balancer to leave it out', async () => balancer.ready().length === 1);
    expect(balancer.ready()).toEqual([`${one.address}:8774`]);
    expect(await two.run('curl -s http://127.0.0.1:8774/readyz')).toBe(`The folder of images, ${home}/blobs, is not the one that it was. Mount it again.`);
    await mount(two);
    await both();
  });

  test('upgraded one after the other, no call through the balancer fails', async () => {
    let asked = 0;
    const upgraded = new AbortController();
    const asking = (async () => {
      while (!upgraded.signal.aborted) {
        expect((await client.instances.list()).length).toBe(instances.length);
        asked += 1;
      }
    })();
    const runs = await running();
    for (const host of [one, two]) {
      await host.run('echo 9.9.9 > /root/novadock/VERSION');
      expect(await host.run('/root/novadock/install.sh')).toContain('The control plane 9.9.9 runs.');
      expect(await host.run('readlink /usr/local/lib/novadock-control-plane/current; ls /usr/local/lib/novadock-control-plane | wc -l')).toBe('9.9.9\n3');
      await both();
    }
    upgraded.abort();
    await asking;
    expect(asked).toBeGreaterThan(10);
    expect(await running()).toBe(runs);
  });

  test('the database away for a while: none is ready, and all goes on when it is back', async () => {
    const runs = await running();
    await db.run('systemctl stop postgresql');
    await waitFor('none to be ready', async () => balancer.ready().length === 0);
    expect((await one.exec('curl -s http://127.0.0.1:8774/readyz')).stdout).toBe('the database does not answer\n');
    await db.run('systemctl start postgresql');
    await both();
    expect((await boot(client, 'after-the-database')).reached).toBe(true);
    expect((await running()).split('\n')).toEqual(expect.arrayContaining(runs.split('\n')));
    expect(await one.run(`systemctl show -p NRestarts --value ${unit}`)).toBe('0');
  });

  test('a backup is restored as docs/running.md says, and hosts follow who was restored', async () => {
    const url = databaseUrl('127.0.0.1');
    await db.run(`pg_dump --format=custom --file=/root/novadock.dump '${url}'`);
    const runs = await running();
    const saved = await ownerOf();
    // Since the backup the worker was commanded under numbers that a restored database would not come to by itself.
    while (Number((await ownerOf()).epoch) < Number(saved.epoch) + 3) for (const host of [one, two]) await host.run(`systemctl restart ${unit}`);
    await both();
    for (const host of [one, two]) await host.run(`systemctl stop ${unit}`);
    await db.run('runuser -u postgres -- dropdb --force novadock && runuser -u postgres -- createdb --owner=novadock --encoding=UTF8 --template=template0 novadock');
    await db.run(`pg_restore --no-owner --dbname='${url}' /root/novadock.dump && psql -q '${url}' -c 'UPDATE "Host" SET epoch = epoch + 1000000, "ownerId" = NULL, "leaseUntil" = NULL'`);
    for (const host of [one, two]) await host.run(`systemctl start ${unit}`);
    await both();
    await waitFor('the worker to be up', async () => (await client.hosts.get('worker')).up);
    expect((await boot(client, 'after-the-restore')).reached).toBe(true);
    expect((await client.instances.list()).map(({ name }) => name).toSorted()).toEqual(instances.toSorted());
    expect((await running()).split('\n')).toEqual(expect.arrayContaining(runs.split('\n')));
  });

  test('without settings one runs on the database that comes along, in the same sandbox, and comes back when all of it is killed', async () => {
    const [alone] = (await hosts.start(['alone'])) as [BareHost];
    await installControlPlane(alone, { url: archiveUrl() });
    await alone.run(`systemctl enable --now ${unit}`);
    expect(await alone.run('ps -eo user:20=,args= | grep -c "^novadock .*/bin/postgres -D"')).toBe('1');
    const [password, tokens] = [readPassword(alone), `NOVADOCK_HOME=${home} novadock host token list`];
    await alone.run(`NOVADOCK_HOME=${home} novadock host token --ttl 1h`);
    expect((await alone.run(tokens)).split('\n')).toHaveLength(2);
    await alone.run(`systemctl kill -s KILL ${unit}`);
    await waitFor('it to be back', async () => (await alone.exec('curl -fs http://127.0.0.1:8774/readyz')).code === 0, 120_000);
    expect((await alone.run(tokens)).split('\n')).toHaveLength(2);
    expect(readPassword(alone)).toBe(password);
    expect(await alone.run(`stat -c %a ${home} ${home}/db/data; find ${home} -maxdepth 1 -type f -perm /077`)).toBe('700\n700');
    await alone.remove();
  });
});
