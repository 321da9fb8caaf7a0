import { getFlavor, listFlavors, type Cloud, type ProjectAuth } from '@novadock/cloud';
import { CloudError } from '@novadock/model';
import type { Flavor } from '@novadock/store';
import { onlyOne } from '../only-one.ts';

/** The flavor with that id, or else that name. Throws `notFound`. */
export async function findFlavor(cloud: Cloud, auth: ProjectAuth, idOrName: string): Promise<Flavor> {
  try {
    return await getFlavor(cloud, auth, idOrName);
  } catch (error) {
    if (!(error instanceof CloudError) || error.code !== 'notFound') throw error;
    const flavors = await listFlavors(cloud, auth, { sort: { key: 'name', direction: 'asc' } });
    return onlyOne('flavor', idOrName, flavors.filter(({ name }) => name === idOrName));
  }
}
