import { randomBytes, randomUUID } from 'node:crypto';
import type { FixedIp, ImageRef, InstanceSpec, NetworkSpec, PortSpec } from '@novadock/model';

/** A network with one IPv4 subnet, whose gateway is its first address. */
export function makeNetwork(cidr = '10.213.0.0/24', more: Partial<NetworkSpec['subnets'][number]> = {}): NetworkSpec {
  const gatewayIp = cidr.replace(/\d+\/\d+$/, '1');
  return { id: randomUUID(), name: 'private', subnets: [{ id: randomUUID(), cidr, gatewayIp, dnsNameservers: [], hostRoutes: [], ...more }] };
}

export function makePort(network: NetworkSpec, ...addresses: string[]): PortSpec {
  const fixedIps = addresses.map((ipAddress, index): FixedIp => ({ subnetId: network.subnets[index]?.id ?? '', ipAddress }));
  return { id: randomUUID(), macAddress: `fa:16:3e:${[...randomBytes(3)].map((byte) => byte.toString(16).padStart(2, '0')).join(':')}`, mtu: 1450, network, fixedIps };
}

/** An instance that sleeps. */
export function makeSpec(image: ImageRef, more: Partial<InstanceSpec> = {}): InstanceSpec {
  return {
    id: randomUUID(), name: 'web', hostname: 'web-1', projectId: 'demo', power: 'running', restarts: 0, restartHard: false, image,
    vcpus: 1, memoryMb: 64, pidsLimit: 64, stopTimeoutSeconds: 1, env: [], command: ['sleep', '9999'], authorizedKeys: [], ports: [], ...more,
  };
}
