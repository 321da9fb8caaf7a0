import { listHostLoads, listInstancesOnHosts, type HostLoad } from '@novadock/store';
import type { Cloud } from '../cloud.ts';

/** What the instances of each project use on a host. */
export function hostLoads(cloud: Cloud, hostId: string): Promise<HostLoad[]> {
  return listHostLoads(cloud.store, hostId);
}

/** The instances on each host that has any, of all projects, by the host's id. */
export function instancesOnHosts(cloud: Cloud): Promise<Map<string, { id: string; name: string }[]>> {
  return listInstancesOnHosts(cloud.store);
}
