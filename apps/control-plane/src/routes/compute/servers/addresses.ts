import type { InstanceInterface } from '@novadock/cloud';

/** The addresses of a server by the name of their network; with Nova's extensions when `whole`. */
export function toAddresses(interfaces: readonly InstanceInterface[], whole: boolean): Record<string, object[]> {
  const addresses: Record<string, object[]> = {};
  for (const { networkName, macAddress, fixedIps } of interfaces) {
    const known = (addresses[networkName] ??= []);
    for (const { ipVersion, address } of fixedIps) {
      known.push({ version: ipVersion, addr: address, ...(whole && { 'OS-EXT-IPS:type': 'fixed', 'OS-EXT-IPS-MAC:mac_addr': macAddress }) });
    }
  }
  return addresses;
}
