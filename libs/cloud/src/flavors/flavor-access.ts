import { CloudError } from '@novadock/model';
import { addFlavorAccess, findQuota, removeFlavorAccess, type Flavor } from '@novadock/store';
import type { Cloud } from '../cloud.ts';
import type { Auth } from '../identity/auth.ts';
import { getFlavor } from './get-flavor.ts';

type Access = { flavorId: string; projectId: string };

/** Lets a project use a flavor that is not public. Throws `notFound`, `invalid` when there is no such project, `conflict` when it may already. */
export async function grantFlavor(cloud: Cloud, auth: Auth, { flavorId, projectId }: Access): Promise<Flavor> {
  if ((await findQuota(cloud.store.prisma, projectId)) === undefined) throw new CloudError('invalid', `Project ID ${projectId} is not a valid project.`);
  await getFlavor(cloud, auth, flavorId);
  if (!(await addFlavorAccess(cloud.store, flavorId, projectId))) {
    throw new CloudError('conflict', `Flavor access already exists for flavor ${flavorId} and project ${projectId} combination.`);
  }
  return getFlavor(cloud, auth, flavorId);
}

/** Takes a flavor from a project; what runs there stays. Throws `notFound`, also when the project had no access. */
export async function revokeFlavor(cloud: Cloud, auth: Auth, { flavorId, projectId }: Access): Promise<Flavor> {
  await getFlavor(cloud, auth, flavorId);
  if (!(await removeFlavorAccess(cloud.store, flavorId, projectId))) {
    throw new CloudError('notFound', `Flavor access not found for ${flavorId} / ${projectId} combination.`);
  }
  return getFlavor(cloud, auth, flavorId);
}
