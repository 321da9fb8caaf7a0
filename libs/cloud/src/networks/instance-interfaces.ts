import { listInstanceAddresses, type Store } from '@novadock/store';
import type { InstanceInterface } from '../instances/instance-view.ts';

/** The interfaces of instances, in order; an instance without any is not in the map. One query for all. */
export async function instanceInterfaces(store: Store, instanceIds: string[]): Promise<Map<string, InstanceInterface[]>> {
  const instances = new Map<string, InstanceInterface[]>();
  let current: InstanceInterface | undefined;
  for (const { instanceId, subnetId, address, ipVersion, ...port } of await listInstanceAddresses(store, instanceIds)) {
    if (current?.portId !== port.portId) {
      current = { ...port, fixedIps: [] };
      instances.set(instanceId, [...(instances.get(instanceId) ?? []), current]);
    }
    if (subnetId !== null) current.fixedIps.push({ subnetId, address, ipVersion });
  }
  return instances;
}
