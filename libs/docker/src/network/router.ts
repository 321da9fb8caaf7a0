import { CloudError, type NetworkSpec } from '@novadock/model';
import { applyRules } from './host-uplink.ts';
import { noDad, withPrefix } from './instance-lines.ts';
import { findUplink, gatewayMac, hostAddress, hostBridge, networkBridge, networkBridgeIndex, routerNamespace, uplinkPrefix, uplinksFor, type Uplink } from './names.ts';
import { forgetStaleNamespace, isNamespace, namespacePath } from './namespaces.ts';
import { runIp } from './run-ip.ts';
import type { RunProgram } from './shell.ts';

const rules = `
table ip novadock
delete table ip novadock
table ip novadock {
  chain postrouting {
    type nat hook postrouting priority srcnat
    oifname "ndu*" masquerade
  }
}
`;

/**
 * The network's router is on this host: a namespace with the network's bridge, the gateways of its subnets and NAT. Repeatable,
 * also over one that is half made, and without disturbing the instances behind it.
 */
export async function ensureRouter(run: RunProgram, network: NetworkSpec): Promise<Uplink> {
  const namespace = routerNamespace(network.id);
  const uplink = (await existingUplink(run, namespace)) ?? (await addUplink(run, network.id));
  // Isolated: routers reach the host, and not each other.
  await runIp(run, [`link set ${uplink.link} master ${hostBridge} up`, `link set ${uplink.link} type bridge_slave isolated on`]);
  await runIp(run, routerLines(network, uplink), { in: namespace });
  const enter = ['nsenter', `--net=${namespacePath(namespace)}`];
  const forward = 'echo 1 > /proc/sys/net/ipv4/ip_forward; [ ! -e /proc/sys/net/ipv6/conf/all/forwarding ] || echo 1 > /proc/sys/net/ipv6/conf/all/forwarding; exec "$@"';
  await applyRules(run, rules, [...enter, 'sh', '-ec', forward, 'sh']);
  return uplink;
}

function routerLines(network: NetworkSpec, uplink: Uplink): string[] {
  const gateways = network.subnets.filter(({ gatewayIp }) => gatewayIp !== '');
  return [
    'link set lo up',
    `link add ${networkBridge} index ${networkBridgeIndex} address ${gatewayMac(network.id)} type bridge`,
    ...gateways.map((subnet) => `addr replace ${withPrefix(subnet.gatewayIp, subnet)} dev ${networkBridge}${noDad(subnet.gatewayIp)}`),
    `link set ${networkBridge} up`,
    `addr replace ${uplink.address}/${uplinkPrefix} dev ${uplink.link}`,
    `link set ${uplink.link} up`,
    `route replace default via ${hostAddress}`,
  ];
}

async function existingUplink(run: RunProgram, namespace: string): Promise<Uplink | undefined> {
  if (!(await isNamespace(namespacePath(namespace)))) return undefined;
  const { stdout } = await runIp(run, ['link show'], { in: namespace, json: true });
  return findUplink((JSON.parse(stdout) as { ifname: string }[]).map(({ ifname }) => ifname));
}

async function addUplink(run: RunProgram, networkId: string): Promise<Uplink> {
  const namespace = routerNamespace(networkId);
  await forgetStaleNamespace(namespace);
  for (const uplink of uplinksFor(networkId)) {
    const { link, macAddress } = uplink;
    const add = `link add ${link} type veth peer name ${link} netns ${namespace} address ${macAddress}`;
    const { fulfilled } = await runIp(run, [`netns add ${namespace}`, add]);
    if (!fulfilled.includes(add)) return uplink;
  }
  throw new CloudError('exhausted', 'The host has no room for another network.');
}

/** Takes a port's end away and, when it was the last one, the router; tells whether that is gone. */
export async function leaveRouter(run: RunProgram, networkId: string, link: string): Promise<boolean> {
  const namespace = routerNamespace(networkId);
  if (!(await isNamespace(namespacePath(namespace)))) return true;
  // The address of the port may be given to another MAC address next.
  const lines = [`link del ${link}`, `neigh flush dev ${networkBridge}`, `link show master ${networkBridge}`];
  const { stdout } = await runIp(run, lines, { in: namespace, json: true });
  if ((JSON.parse(stdout) as unknown[]).length > 0) return false;
  const uplink = await existingUplink(run, namespace);
  await runIp(run, [`netns del ${namespace}`, ...(uplink === undefined ? [] : [`link del ${uplink.link}`, `route flush via ${uplink.address}`])]);
  return true;
}
