import { listFlavors, type Cloud, type ProjectAuth } from '@novadock/cloud';
import type { Flavor } from '@novadock/store';
import { onlyOne } from '../only-one.ts';

/** The flavor with that id, or else that name. Throws `notFound`. */
export async function findFlavor(cloud: Cloud, auth: ProjectAuth, idOrName: string): Promise<Flavor> {
  const flavors = await listFlavors(cloud, auth, { sort: { key: 'name', direction: 'asc' } });
  return flavors.find(({ id }) => id === idOrName) ?? onlyOne('flavor', idOrName, flavors.filter(({ name }) => name === idOrName));
}
