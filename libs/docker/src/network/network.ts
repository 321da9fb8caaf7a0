import { randomUUID } from 'node:crypto';
import { mkdir, readlink, rename, symlink, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { InstanceSpec, InstanceStats, NetworkSpec } from '@novadock/model';
import type { Container } from '../container.ts';
import { addHostRoutes } from './host-route.ts';
import { ensureHostUplink } from './host-uplink.ts';
import { fromAlias, instanceLines } from './instance-lines.ts';
import { createKeyedLock } from './keyed-lock.ts';
import { largestMtu } from './largest-mtu.ts';
import { instanceNamespace } from './names.ts';
import { forgetStaleNamespace, isNamespace, namespacePath } from './namespaces.ts';
import { ensureRouter, leaveRouter } from './router.ts';
import { runIp } from './run-ip.ts';
import { openShell, type RunProgram } from './shell.ts';

/**
 * The networks of a host. Each instance has a namespace of its own, made before its container starts, whose links lead to the
 * bridge of their network; that lies in a router namespace, so that two networks may have the same addresses.
 */
export type Network = {
  /** The host's part is in place; to be asked for again whenever the host's rules may have been lost. */
  ensureHost(): Promise<void>;
  /** The instance's namespace has its links, addresses and routes. Repeatable. */
  prepare(spec: InstanceSpec): Promise<void>;
  /** The container will join the instance's namespace at its start; after this its network is `ready`. */
  link(instanceId: string, containerId: string): Promise<void>;
  unlink(containerId: string): Promise<void>;
  /** Nothing of the instance's network is left, nor of networks that it was the last one in. Repeatable. */
  release(instanceId: string): Promise<void>;
  state(instanceId: string, containerId: string): Promise<Container['network']>;
  /** What went through each interface of the instance since its namespace was made. */
  readCounters(instanceId: string): Promise<InstanceStats['interfaces']>;
};

/** Where the OCI runtime `novadock` looks for the namespace that a container should join, by the container's id. */
const linkFolder = '/run/novadock/netns';

/** `hostRoutes`: programs on the host may reach instances by their addresses; for a cloud that is this one machine. */
export function createNetwork(options: { hostRoutes: boolean }): Network {
  return new HostNetwork(options.hostRoutes);
}

class HostNetwork implements Network {
  readonly #hostRoutes: boolean;
  readonly #run = openShell();
  readonly #lock = createKeyedLock();
  /** The routers that were seen to, by network id, as they were wanted. */
  readonly #routers = new Map<string, string>();
  #host: Promise<void> | undefined;

  constructor(hostRoutes: boolean) {
    this.#hostRoutes = hostRoutes;
  }

  ensureHost(): Promise<void> {
    this.#host = makeFolders().then(() => ensureHostUplink(this.#run));
    this.#host.catch(() => (this.#host = undefined));
    return this.#host;
  }

  async prepare(spec: InstanceSpec): Promise<void> {
    await (this.#host ?? this.ensureHost());
    const networks = new Map(spec.ports.map(({ network }) => [network.id, network]));
    await this.#lock([spec.id, ...networks.keys()], () => this.#makeInstance(spec, networks));
  }

  async link(instanceId: string, containerId: string): Promise<void> {
    // Put in place in one go: two that do so at once do not meet half-way.
    const fresh = join(linkFolder, `.${randomUUID()}`);
    await symlink(namespacePath(instanceNamespace(instanceId)), fresh);
    await rename(fresh, join(linkFolder, containerId));
  }

  async unlink(containerId: string): Promise<void> {
    await unlink(join(linkFolder, containerId)).catch(() => {});
  }

  async release(instanceId: string): Promise<void> {
    const namespace = instanceNamespace(instanceId);
    const links = await listLinks(this.#run, namespace);
    for (const { networkId, link } of links.flatMap(({ ifalias }) => fromAlias(ifalias ?? '') ?? [])) {
      await this.#lock([networkId], async () => {
        if (await leaveRouter(this.#run, networkId, link)) this.#routers.delete(networkId);
      });
    }
    await forgetStaleNamespace(namespace);
    await runIp(this.#run, [`netns del ${namespace}`]);
  }

  async state(instanceId: string, containerId: string): Promise<Container['network']> {
    const path = namespacePath(instanceNamespace(instanceId));
    if (!(await isNamespace(path))) return 'none';
    const linked = containerId === '' ? undefined : await readlink(join(linkFolder, containerId)).catch(() => undefined);
    return linked === path ? 'ready' : 'partial';
  }

  async readCounters(instanceId: string): Promise<InstanceStats['interfaces']> {
    const links = await listLinks(this.#run, instanceNamespace(instanceId), { statistics: true });
    return links.filter(({ ifname }) => ifname !== 'lo').map(toCounters);
  }

  async #makeInstance(spec: InstanceSpec, networks: Map<string, NetworkSpec>): Promise<void> {
    try {
      for (const network of networks.values()) await this.#seeToRouter(network);
      const namespace = instanceNamespace(spec.id);
      const isThere = await isNamespace(namespacePath(namespace));
      // A namespace is kept alive by being mounted on a file.
      if (!isThere) await writeFile(namespacePath(namespace), '');
      await runIp(this.#run, instanceLines(spec, await largestMtu(this.#run)), isThere ? { in: namespace } : { fresh: namespace });
    } catch (error) {
      // Perhaps somebody took a router away: the next attempt looks.
      for (const id of networks.keys()) this.#routers.delete(id);
      throw error;
    }
  }

  async #seeToRouter(network: NetworkSpec): Promise<void> {
    const wanted = JSON.stringify(network.subnets);
    if (this.#routers.get(network.id) === wanted) return;
    const uplink = await ensureRouter(this.#run, network);
    if (this.#hostRoutes) await addHostRoutes(this.#run, network, uplink);
    this.#routers.set(network.id, wanted);
  }
}

async function makeFolders(): Promise<void> {
  await mkdir(linkFolder, { recursive: true });
  await mkdir(namespacePath(''), { recursive: true });
}

/** What ip(8) tells of a link, as far as it is used here. */
type Link = { ifname: string; address: string; ifalias?: string; stats64?: { rx: Counters; tx: Counters } };
type Counters = { bytes: number; packets: number };

function toCounters({ address, stats64 }: Link): InstanceStats['interfaces'][number] {
  const { rx, tx } = stats64 ?? { rx: { bytes: 0, packets: 0 }, tx: { bytes: 0, packets: 0 } };
  return { macAddress: address, rxBytes: rx.bytes, rxPackets: rx.packets, txBytes: tx.bytes, txPackets: tx.packets };
}

async function listLinks(run: RunProgram, namespace: string, options: { statistics?: boolean } = {}): Promise<Link[]> {
  if (!(await isNamespace(namespacePath(namespace)))) return [];
  const { stdout } = await runIp(run, ['link show'], { in: namespace, json: true, ...options });
  return JSON.parse(stdout) as Link[];
}
