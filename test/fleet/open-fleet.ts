import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { authFromEnv, createClient, type Client, type Rollout } from '@novadock/api-client';
import { openStore, startEmbeddedPostgres, type Store } from '@novadock/store';
import { startBalancer } from '../harness/balancer.ts';
import type { BareHost } from '../harness/bare-host/bare-host.ts';
import { openBareHosts, type BareHosts } from '../harness/bare-host/bare-hosts.ts';
import { startController, type Controller } from '../harness/bare-host/controller.ts';
import { engineRepository, engineSources } from '../harness/bare-host/engine-repository.ts';
import type { Result } from '../harness/bare-host/run-program.ts';
import { makeBusyboxImage } from '../harness/busybox-image.ts';
import type { Program } from '../harness/program.ts';
import { waitFor } from '../harness/wait-for.ts';
import { openStreams, type Streams } from './open-streams.ts';
import { readMachine, type Machine } from './read-machine.ts';

export type FleetHost = BareHost & { zone: string };
export type Rolled = { id: string; rollout: Rollout; code: number; printed: string };

/** Bare hosts in two zones, and two control planes on one PostgreSQL behind one address. */
export type Fleet = {
  hosts: BareHosts;
  bare: FleetHost[];
  controller: Controller;
  client: Client;
  store: Store;
  streams: Streams;
  /** Starts the second control plane. */
  startReplica: () => Promise<Program>;
  setProfile: (name: string, settings: object) => Promise<string>;
  /** `novadock rollout start --watch` with a strategy; the rollout as it is then. */
  roll: (options: string, strategy?: object) => Promise<Rolled>;
  /** What each host is, by its name. */
  machines: () => Promise<Map<string, Machine>>;
  /** Boots an instance on each host that opens a stream to this machine, and waits for the streams. */
  bootOnEach: () => Promise<void>;
  /** Told when it is closed. */
  figures: string[];
  close: () => Promise<void>;
};

/** A short watch over the canary and over each host, so that a rollout takes as long as its work does. */
export const briskly = { canary: { count: 1, bake: '1s' }, waves: ['50%', '100%'], maxInFlight: 2, health: { minHealthy: '1s', hostDeadline: '4m', progressDeadline: '8m' }, offline: { after: '3s' } };

export async function openFleet(names: string[]): Promise<Fleet> {
  const hosts = await openBareHosts({ engines: await engineRepository() });
  const dir = mkdtempSync(join(tmpdir(), 'nd-fleet-'));
  const database = await startEmbeddedPostgres({ dir: join(dir, 'db') });
  const balancer = await startBalancer({ address: '0.0.0.0' });
  const controller = behind(balancer.port, await startController(hosts, { env: { DATABASE_URL: database.url, NOVADOCK_PUBLIC_URL: `https://${hosts.fabric.address}:${balancer.port}` } }));
  await balancer.add(`127.0.0.1:${new URL(controller.url).port}`);
  const auth = authFromEnv(controller.env);
  if (auth === undefined) throw new Error('The control plane wrote no openrc.');
  const client = createClient({ auth });
  const store = openStore(database.url);
  const streams = await openStreams(hosts.fabric.address);
  const bare = (await hosts.start(names, { files: { '/etc/apt/sources.list': engineSources(hosts) } })).map((host, index) => ({ ...host, zone: index % 2 === 0 ? 'a' : 'b' }));

  const figures: string[] = [];
  const startReplica = async () => {
    const { url, program } = await controller.startReplica();
    await balancer.add(`127.0.0.1:${new URL(url).port}`);
    return program;
  };
  const write = (name: string, content: object) => {
    const file = join(dir, name);
    writeFileSync(file, JSON.stringify(content));
    return file;
  };
  const roll: Fleet['roll'] = async (options, strategy = briskly) => {
    const result = await controller.novadock(`rollout start ${options} --file ${write('strategy.json', strategy)} --watch`);
    return { ...(await whichRollout(client, result)), code: result.code, printed: result.stdout + result.stderr };
  };
  return {
    hosts, bare, controller, client, store, streams, startReplica, roll,
    setProfile: (name, settings) => controller.mustNovadock(`profile set ${name} --file ${write('profile.json', settings)}`),
    machines: async () => new Map(await Promise.all(bare.map(async (host) => [host.name, await readMachine(host)] as const))),
    bootOnEach: () => bootOnEach({ hosts, bare, client, streams, dir }),
    figures,
    close: async () => {
      process.stdout.write(['', ...figures, '', ''].join('\n'));
      await controller.stop();
      await hosts.close();
      await streams.close();
      await balancer.close();
      await store.close();
      await database.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** The command line goes where hosts go, whichever control plane lives. */
function behind(port: number, controller: Controller): Controller {
  const env = { OS_AUTH_URL: `http://127.0.0.1:${port}/identity/v3` };
  return {
    ...controller,
    env: { ...controller.env, ...env },
    novadock: (args, options) => controller.novadock(args, { ...options, env }),
    mustNovadock: (args, options) => controller.mustNovadock(args, { ...options, env }),
  };
}

async function whichRollout(client: Client, { stdout, stderr }: Result): Promise<{ id: string; rollout: Rollout }> {
  const id = /^(r-\d+) {2}/m.exec(stdout)?.[1];
  if (id === undefined) throw new Error(`novadock rollout start did not say which:\n${stdout}${stderr}`);
  return { id, rollout: await client.rollouts.get(id) };
}

async function bootOnEach({ hosts, bare, client, streams, dir }: Pick<Fleet, 'hosts' | 'bare' | 'client' | 'streams'> & { dir: string }): Promise<void> {
  await makeBusyboxImage('nd-fleet', ['sh', '-c', `trap "exit 0" TERM; while :; do nc ${hosts.fabric.address} ${streams.port} -e cat; sleep 0.2; done`]);
  execFileSync('docker', ['save', '-o', join(dir, 'fleet.tar'), 'nd-fleet']);
  execFileSync('docker', ['rmi', 'nd-fleet']);
  const image = await client.images.upload({ name: 'fleet', visibility: 'public' }, { path: join(dir, 'fleet.tar') });
  await Promise.all(bare.map(async ({ name, address }) => {
    const { instances, reached } = await client.instances.create({ name: `on-${name}`, image: image.id, flavor: '1', host: name }, { waitSeconds: 60 });
    if (!reached || instances[0]?.host !== name) throw new Error(`no instance on ${name}: ${JSON.stringify(instances)}`);
    await waitFor(`the stream of the instance on ${name}`, async () => streams.gapOf(address).connections > 0);
  }));
}
