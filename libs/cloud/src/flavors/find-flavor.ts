import { CloudError } from '@novadock/model';
import { findFlavorRow, type Flavor, type Store } from '@novadock/store';
import type { ProjectAuth } from '../identity/auth.ts';

/** The flavor of a boot. Throws `invalid` when there is none of that id that the caller may use. */
export async function findFlavor(store: Store, auth: ProjectAuth, id: string): Promise<Flavor> {
  const flavor = await findFlavorRow(store.prisma, id, auth.isAdmin ? undefined : auth.projectId);
  if (flavor === null) throw new CloudError('invalid', `Flavor ${id} could not be found.`);
  return flavor;
}
