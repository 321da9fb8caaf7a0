import { notify } from '@novadock/store';
import type { Cloud } from '../cloud.ts';

/** The channel on which replicas tell one another that a host has something to do; the payload is the host's id. */
export const hostsChannel = 'novadock_hosts';

/** The same for a host that nothing is said to any more: whoever has a connection to it closes it. */
export const hostsGoneChannel = 'novadock_hosts_gone';

/** Tells the owner of a host, whichever replica it is, that there is a new generation; after the commit that made it. */
export async function wakeHost(cloud: Pick<Cloud, 'hosts' | 'store'>, hostId: string): Promise<void> {
  if (!cloud.hosts.wake(hostId)) await notify(cloud.store.pool, hostsChannel, hostId);
}
