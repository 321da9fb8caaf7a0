import type { PortSpec } from '@novadock/model';
import { listNetworkSpecs, type Store } from '@novadock/store';
import type { InstanceInterface } from '../instances/instance-view.ts';
import { instanceInterfaces } from './instance-interfaces.ts';

/** What agents need to know of the ports of instances, in order; an instance without any is not in the map. Two queries for all. */
export async function portSpecs(store: Store, instanceIds: string[]): Promise<Map<string, PortSpec[]>> {
  const instances = await instanceInterfaces(store, instanceIds);
  const networkIds = new Set([...instances.values()].flatMap((interfaces) => interfaces.map(({ networkId }) => networkId)));
  const networks = new Map((await listNetworkSpecs(store, [...networkIds])).map(({ mtu, ...network }) => [network.id, { mtu, network }]));
  const toSpec = ({ portId, networkId, macAddress, fixedIps }: InstanceInterface): PortSpec[] => {
    const found = networks.get(networkId);
    // Without its network the port went in between, and the instance with it.
    if (found === undefined) return [];
    return [{ id: portId, macAddress, ...found, fixedIps: fixedIps.map(({ subnetId, address }) => ({ subnetId, ipAddress: address })) }];
  };
  return new Map([...instances].map(([instanceId, interfaces]) => [instanceId, interfaces.flatMap(toSpec)]));
}
