import { BlockList, isIPv6 } from 'node:net';
import type { NetworkSpec } from '@novadock/model';
import { hostBridge, type Uplink } from './names.ts';
import { runIp } from './run-ip.ts';

/** Lets programs on the host reach the network's instances by their addresses, for each IPv4 subnet that no route of the host touches: first come, first served. */
export async function addHostRoutes(network: NetworkSpec, uplink: Uplink): Promise<void> {
  const { stdout } = await runIp(['route show table main'], { json: true });
  const routes = (JSON.parse(stdout) as { dst: string }[]).map(({ dst }) => dst).filter((destination) => destination !== 'default');
  const free = network.subnets.map(({ cidr }) => cidr).filter((cidr) => !isIPv6(cidr.split('/')[0] ?? '') && !routes.some((route) => overlaps(cidr, route)));
  if (free.length > 0) await runIp(free.map((cidr) => `route add ${cidr} via ${uplink.address} dev ${hostBridge}`));
}

/** Whether two IPv4 networks have an address in common: then one holds the other's first. A network without a prefix is one address. */
export function overlaps(one: string, other: string): boolean {
  return holds(one, addressOf(other)) || holds(other, addressOf(one));
}

function holds(network: string, address: string): boolean {
  const list = new BlockList();
  list.addSubnet(addressOf(network), Number(network.split('/')[1] ?? 32), 'ipv4');
  return list.check(address, 'ipv4');
}

function addressOf(network: string): string {
  return network.split('/')[0] ?? '';
}
