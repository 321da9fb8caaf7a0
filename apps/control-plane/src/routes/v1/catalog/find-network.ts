import { getNetwork, listNetworks, type Cloud, type ProjectAuth } from '@novadock/cloud';
import { isUuid } from '@novadock/store';
import { onlyOne } from '../only-one.ts';

/** The network with that id, or the only one that the caller sees with that name. Throws `notFound`, or `conflict` when several have the name. */
export async function findNetwork(cloud: Cloud, auth: ProjectAuth, idOrName: string): Promise<{ id: string }> {
  if (isUuid(idOrName)) return getNetwork(cloud, auth, idOrName);
  return onlyOne('network', idOrName, await listNetworks(cloud, auth, { filters: { name: [idOrName] }, limit: 2 }));
}
