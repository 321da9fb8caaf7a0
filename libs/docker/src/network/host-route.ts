import { getServers } from 'node:dns';
import { existsSync } from 'node:fs';
import { BlockList, isIPv4 } from 'node:net';
import type { NetworkSpec } from '@novadock/model';
import { hostBridge, uplinkAt, type Uplink } from './names.ts';
import { runIp } from './run-ip.ts';
import type { RunProgram } from './shell.ts';

/**
 * Lets programs on the host reach the network's instances by their addresses, for each private IPv4 subnet that leads nowhere
 * else: first come, first served. What the host reaches by a route of its own, or asks for names, is not taken from it.
 */
export async function addHostRoutes(run: RunProgram, network: NetworkSpec, uplink: Uplink): Promise<void> {
  const { stdout } = await runIp(run, ['route show table main'], { json: true });
  const routes = (JSON.parse(stdout) as Route[]).filter(({ dst, gateway }) => dst !== 'default' && !isLeftover(gateway)).map(({ dst }) => dst);
  const taken = [...routes, ...getServers().filter((server) => isIPv4(server))];
  const free = network.subnets.map(({ cidr }) => cidr).filter((cidr) => isPrivate(cidr) && !taken.some((other) => overlaps(cidr, other)));
  if (free.length > 0) await runIp(run, free.map((cidr) => `route replace ${cidr} via ${uplink.address} dev ${hostBridge}`));
}

type Route = { dst: string; gateway?: string };

/** A route to a router that is gone, though not by our doing. */
function isLeftover(gateway: string | undefined): boolean {
  const uplink = gateway === undefined ? undefined : uplinkAt(gateway);
  return uplink !== undefined && !existsSync(`/sys/class/net/${uplink.link}`);
}

/** RFC 1918. */
const privateNetworks = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'];

function isPrivate(cidr: string): boolean {
  return isIPv4(addressOf(cidr)) && privateNetworks.some((network) => holds(network, addressOf(cidr)) && prefixOf(network) <= prefixOf(cidr));
}

/** Whether two IPv4 networks have an address in common: then one holds the other's first. A network without a prefix is one address. */
export function overlaps(one: string, other: string): boolean {
  return holds(one, addressOf(other)) || holds(other, addressOf(one));
}

function holds(network: string, address: string): boolean {
  const list = new BlockList();
  list.addSubnet(addressOf(network), prefixOf(network), 'ipv4');
  return list.check(address, 'ipv4');
}

function addressOf(network: string): string {
  return network.split('/')[0] ?? '';
}

function prefixOf(network: string): number {
  return Number(network.split('/')[1] ?? 32);
}
