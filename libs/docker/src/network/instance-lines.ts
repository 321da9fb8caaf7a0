import { isIPv6 } from 'node:net';
import type { InstanceSpec, PortSpec, SubnetSpec } from '@novadock/model';
import { networkBridgeIndex, portLink, routerNamespace } from './names.ts';

/** The lines that, run inside an instance's new namespace, make its links to the bridges of its networks, with an MTU of `largestMtu` at most, and set its addresses and routes. */
export function instanceLines(spec: InstanceSpec, largestMtu: number): string[] {
  return ['link set lo up', ...spec.ports.flatMap((port, index) => portLines(port, index, Math.min(port.mtu, largestMtu))), ...routeLines(spec)];
}

function portLines(port: PortSpec, index: number, mtu: number): string[] {
  return [
    // Both ends are made where they belong. The bridge is named by its number, since its name is not known in here.
    `link add ${portLink(port)} mtu ${mtu} netns ${routerNamespace(port.network.id)} master if${networkBridgeIndex} up type veth peer name eth${index} address ${port.macAddress} mtu ${mtu}`,
    `link set eth${index} up`,
    // So that a release finds, with no other record, which network the link leads to.
    `link set eth${index} alias ${toAlias(port)}`,
    ...port.fixedIps.map(({ subnetId, ipAddress }) => `addr replace ${withPrefix(ipAddress, subnetOf(port, subnetId))} dev eth${index}${noDad(ipAddress)}`),
  ];
}

/** The default route of each family leads to the first gateway, in the order of the ports. */
function routeLines(spec: InstanceSpec): string[] {
  const subnets = spec.ports.flatMap((port, index) => port.fixedIps.map(({ subnetId }) => ({ subnet: subnetOf(port, subnetId), link: `eth${index}` })));
  const gateways = subnets.filter(({ subnet }) => subnet.gatewayIp !== '');
  const defaults = [gateways.find(({ subnet }) => !isIPv6(subnet.gatewayIp)), gateways.find(({ subnet }) => isIPv6(subnet.gatewayIp))];
  return [
    ...defaults.flatMap((gateway) => (gateway === undefined ? [] : [`route replace default via ${gateway.subnet.gatewayIp} dev ${gateway.link}`])),
    ...subnets.flatMap(({ subnet, link }) => subnet.hostRoutes.map(({ destination, nexthop }) => `route replace ${destination} via ${nexthop} dev ${link}`)),
  ];
}

function toAlias(port: PortSpec): string {
  return `${port.network.id}/${portLink(port)}`;
}

export function fromAlias(alias: string): { networkId: string; link: string } | undefined {
  const [networkId, link] = alias.split('/');
  return networkId === undefined || link === undefined ? undefined : { networkId, link };
}

function subnetOf(port: PortSpec, subnetId: string): SubnetSpec {
  const subnet = port.network.subnets.find(({ id }) => id === subnetId);
  if (subnet === undefined) throw new TypeError(`port ${port.id} has no subnet ${subnetId}: assertRunnable was not asked`);
  return subnet;
}

export function withPrefix(address: string, subnet: SubnetSpec): string {
  return `${address}/${subnet.cidr.split('/')[1]}`;
}

// Addresses are given out once, by the control plane; waiting to see whether one is taken would delay the first process.
export function noDad(address: string): string {
  return isIPv6(address) ? ' nodad' : '';
}
