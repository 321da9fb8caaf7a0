import type { PortSpec } from '@novadock/model';

/** The bridge that joins the routers of all networks to the host. Several Novadocks on a host share it. */
export const hostBridge = 'novadock0';
export const hostAddress = '100.64.0.1';
export const uplinkPrefix = 16;

/** The bridge of a network, in its router's namespace, by name and by a number that ip(8) can name it by from outside. */
export const networkBridge = 'br0';
export const networkBridgeIndex = 1_000_000;

export function instanceNamespace(instanceId: string): string {
  return `nd-${instanceId}`;
}

export function routerNamespace(networkId: string): string {
  return `ndr-${networkId}`;
}

/** The port's end in the bridge of its network; a name of a link has 15 characters at most. */
export function portLink(port: PortSpec): string {
  return `p${hexOf(port.id).slice(0, 14)}`;
}

/**
 * A router's place on the host bridge, 2 to 65534, in the names of both ends of its uplink: that the kernel takes a name only
 * once is what gives each place to one router, whoever makes them.
 */
export type Uplink = { link: string; address: string; macAddress: string };

const uplinkName = /^ndu([0-9a-f]{4})$/;
const firstPlace = 2;
const lastPlace = 65_534;

export function toUplink(place: number): Uplink {
  const hex = place.toString(16).padStart(4, '0');
  // An address that is given to another router later keeps its MAC, so that nobody's ARP cache is wrong.
  return { link: `ndu${hex}`, address: `100.64.${place >> 8}.${place & 255}`, macAddress: `02:6e:64:40:${hex.slice(0, 2)}:${hex.slice(2)}` };
}

/** The uplink that has an address of the host bridge's network. */
export function uplinkAt(address: string): Uplink | undefined {
  const [, high, low] = /^100\.64\.(\d+)\.(\d+)$/.exec(address) ?? [];
  return high === undefined || low === undefined ? undefined : toUplink(Number(high) * 256 + Number(low));
}

/** The uplink among the links of a router. */
export function findUplink(links: string[]): Uplink | undefined {
  const place = links.map((link) => uplinkName.exec(link)?.[1]).find((hex) => hex !== undefined);
  return place === undefined ? undefined : toUplink(Number.parseInt(place, 16));
}

/** All places, beginning at one that the network's id gives. */
export function* uplinksFor(networkId: string): Generator<Uplink> {
  const count = lastPlace - firstPlace + 1;
  const first = Number.parseInt(hexOf(networkId).slice(0, 4), 16);
  for (let i = 0; i < count; i += 1) yield toUplink(firstPlace + ((first + i) % count));
}

/** The MAC address of the network's gateway, the same on every host. */
export function gatewayMac(networkId: string): string {
  return `02:6e:${hexOf(networkId).slice(0, 8).match(/../g)?.join(':')}`;
}

function hexOf(uuid: string): string {
  return uuid.replaceAll('-', '');
}
