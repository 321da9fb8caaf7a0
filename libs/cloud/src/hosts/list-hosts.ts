import { countInstancesByHost, listHostRows, type Host } from '@novadock/store';
import type { Cloud } from '../cloud.ts';
import { hostUp } from './host-up.ts';

/** A host as use cases return it: its row, whether its agent answers, and how many instances live on it. */
export type HostView = Host & { up: boolean; instances: number };

/** All hosts, in the order of their enrolment. */
export async function listHosts(cloud: Cloud): Promise<HostView[]> {
  const [hosts, counts] = await Promise.all([listHostRows(cloud.store), countInstancesByHost(cloud.store)]);
  return hosts.map((host) => ({ ...host, up: hostUp(cloud, host), instances: counts.get(host.id) ?? 0 }));
}
