import type { InstanceInterface } from '@novadock/cloud';

/** The addresses of a server by the name of their network; with Nova's extensions when `whole`. */
export function toAddresses(interfaces: readonly InstanceInterface[], whole: boolean): Record<string, object[]> {
  const networks = Map.groupBy(interfaces, ({ networkName }) => networkName);
  return Object.fromEntries([...networks].map(([name, ports]) => [name, ports.flatMap((port) => toIps(port, whole))]));
}

function toIps({ macAddress, fixedIps }: InstanceInterface, whole: boolean): object[] {
  const extended = whole ? { 'OS-EXT-IPS:type': 'fixed', 'OS-EXT-IPS-MAC:mac_addr': macAddress } : {};
  return fixedIps.map(({ ipVersion, address }) => ({ version: ipVersion, addr: address, ...extended }));
}
