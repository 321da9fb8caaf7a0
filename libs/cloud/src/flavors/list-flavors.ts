import { CloudError } from '@novadock/model';
import { findFlavorRow, listFlavorRows, type Flavor, type FlavorFilter } from '@novadock/store';
import type { Cloud } from '../cloud.ts';
import type { Auth } from '../identity/auth.ts';

/**
 * A page of flavors. An administrator sees those that `isPublic` says, all of them when it says nothing; others see what their project
 * may use. Throws `invalid` when the marker is unknown.
 */
export async function listFlavors(cloud: Cloud, auth: Auth, { isPublic, ...filter }: Omit<FlavorFilter, 'visibleTo'>): Promise<Flavor[]> {
  if (filter.marker !== undefined && (await findFlavorRow(cloud.store.prisma, filter.marker)) === null) {
    throw new CloudError('invalid', `marker [${filter.marker}] not found`);
  }
  return listFlavorRows(cloud.store, { ...filter, ...(auth.isAdmin ? { isPublic } : { visibleTo: auth.projectId ?? '' }) });
}
