import { mkdir, readlink, symlink, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { InstanceSpec, NetworkSpec, PortSpec } from '@novadock/model';
import type { Container } from '../container.ts';
import { addHostRoutes } from './host-route.ts';
import { ensureHostUplink } from './host-uplink.ts';
import { addressLines, attachLines, fromAlias } from './instance-lines.ts';
import { createKeyedLock } from './keyed-lock.ts';
import { instanceNamespace } from './names.ts';
import { forgetStaleNamespace, isNamespace, namespacePath } from './namespaces.ts';
import { ensureRouter, leaveRouter } from './router.ts';
import { runIp } from './run-ip.ts';

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
};

/** Where the OCI runtime `novadock` looks for the namespace that a container should join, by the container's id. */
const linkFolder = '/run/novadock/netns';

/** `hostRoutes`: programs on the host may reach instances by their addresses. Not for hosts of a cloud with tenants who choose their subnets. */
export function createNetwork(options: { hostRoutes: boolean }): Network {
  const lock = createKeyedLock();
  /** The routers that this process has seen to, by network id, as they were wanted. */
  const routers = new Map<string, string>();

  const seeToRouter = async (network: NetworkSpec) => {
    const wanted = JSON.stringify(network.subnets);
    if (routers.get(network.id) === wanted) return;
    const uplink = await ensureRouter(network);
    if (options.hostRoutes) await addHostRoutes(network, uplink);
    routers.set(network.id, wanted);
  };
  const attach = (instanceId: string, port: PortSpec, index: number) =>
    lock(port.network.id, async () => {
      try {
        await seeToRouter(port.network);
        await runIp(attachLines(instanceId, port, index));
      } catch (error) {
        // Perhaps somebody took the router away: the next attempt looks.
        routers.delete(port.network.id);
        throw error;
      }
    });
  let host: Promise<void> | undefined;
  const ensureHost = () => {
    host = mkdir(linkFolder, { recursive: true }).then(ensureHostUplink);
    host.catch(() => (host = undefined));
    return host;
  };

  return {
    ensureHost,
    prepare: async (spec) => {
      await (host ?? ensureHost());
      const namespace = instanceNamespace(spec.id);
      await forgetStaleNamespace(namespace);
      if (spec.ports.length === 0) await runIp([`netns add ${namespace}`]);
      for (const [index, port] of spec.ports.entries()) await attach(spec.id, port, index);
      await runIp(addressLines(spec), { namespace });
    },
    link: async (instanceId, containerId) => {
      const path = join(linkFolder, containerId);
      await unlink(path).catch(() => {});
      await symlink(namespacePath(instanceNamespace(instanceId)), path);
    },
    unlink: async (containerId) => unlink(join(linkFolder, containerId)).catch(() => {}),
    release: async (instanceId) => {
      const namespace = instanceNamespace(instanceId);
      for (const { networkId, link } of await attachments(namespace)) {
        await lock(networkId, async () => {
          if (await leaveRouter(networkId, link)) routers.delete(networkId);
        });
      }
      await forgetStaleNamespace(namespace);
      await runIp([`netns del ${namespace}`]);
    },
    state: async (instanceId, containerId) => {
      const path = namespacePath(instanceNamespace(instanceId));
      if (!(await isNamespace(path))) return 'none';
      const linked = containerId === '' ? undefined : await readlink(join(linkFolder, containerId)).catch(() => undefined);
      return linked === path ? 'ready' : 'partial';
    },
  };
}

async function attachments(namespace: string): Promise<{ networkId: string; link: string }[]> {
  if (!(await isNamespace(namespacePath(namespace)))) return [];
  const { stdout } = await runIp(['link show'], { namespace, json: true });
  return (JSON.parse(stdout) as { ifalias?: string }[]).flatMap(({ ifalias }) => fromAlias(ifalias ?? '') ?? []);
}
