import { CloudError } from '@novadock/model';
import { findFlavorRow, type Flavor } from '@novadock/store';
import type { Cloud } from '../cloud.ts';
import type { Auth } from '../identity/auth.ts';

/** A flavor that the caller may use. Throws `notFound`. */
export async function getFlavor(cloud: Cloud, auth: Auth, id: string): Promise<Flavor> {
  const flavor = await findFlavorRow(cloud.store.prisma, id, auth.isAdmin ? undefined : (auth.projectId ?? ''));
  if (flavor === null) throw noFlavor(id);
  return flavor;
}

export function noFlavor(id: string): CloudError {
  return new CloudError('notFound', `Flavor ${id} could not be found.`);
}
