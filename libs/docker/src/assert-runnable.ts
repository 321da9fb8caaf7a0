import { isIP, isIPv6 } from 'node:net';
import { CloudError, type InstanceSpec, type PortSpec } from '@novadock/model';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const mac = /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/;
const digest = /^sha256:[0-9a-f]{64}$/;

/**
 * Throws `invalid` when no host could ever run the spec. What passes can be put into commands and paths as it is: ids, addresses
 * and routes hold nothing but what they should.
 */
export function assertRunnable(spec: InstanceSpec): void {
  check(uuid.test(spec.id), `"${spec.id}" is no id of an instance`);
  if (spec.power === 'absent') return;
  check(digest.test(spec.image.engineId), `"${spec.image.engineId}" is no engine's id of an image`);
  check(spec.vcpus >= 1, 'an instance needs a CPU');
  // The engine's own bound.
  check(spec.memoryMb >= 6, 'an instance needs 6 MB of memory at least');
  spec.ports.forEach(checkPort);
}

function checkPort(port: PortSpec): void {
  check(uuid.test(port.id) && uuid.test(port.network.id), 'a port or network has no proper id');
  check(mac.test(port.macAddress), `"${port.macAddress}" is no MAC address`);
  check(Number.isInteger(port.mtu) && port.mtu >= 68 && port.mtu <= 65_535, `${port.mtu} is no MTU`);
  for (const { cidr, gatewayIp, hostRoutes, dnsNameservers } of port.network.subnets) {
    check(isCidr(cidr), `"${cidr}" is no subnet`);
    check(gatewayIp === '' || isIP(gatewayIp) !== 0, `"${gatewayIp}" is no gateway`);
    check(dnsNameservers.every((server) => isIP(server) !== 0), 'a name server is no address');
    check(hostRoutes.every(({ destination, nexthop }) => isCidr(destination) && isIP(nexthop) !== 0), 'a host route is none');
  }
  const subnetIds = new Set(port.network.subnets.map(({ id }) => id));
  check(port.fixedIps.every(({ subnetId, ipAddress }) => subnetIds.has(subnetId) && isIP(ipAddress) !== 0), 'a fixed address is none, or its subnet is missing');
}

function isCidr(text: string): boolean {
  const [address = '', prefix = '', ...rest] = text.split('/');
  return rest.length === 0 && isIP(address) !== 0 && /^\d{1,3}$/.test(prefix) && Number(prefix) <= (isIPv6(address) ? 128 : 32);
}

function check(holds: boolean, complaint: string): void {
  if (!holds) throw new CloudError('invalid', `The instance cannot be run: ${complaint}.`);
}
