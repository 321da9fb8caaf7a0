import { setFlavorDescription, type Flavor } from '@novadock/store';
import type { Cloud } from '../cloud.ts';
import { noFlavor } from './get-flavor.ts';

/** Changes what a flavor's description says; the rest of it never changes. Throws `notFound`. */
export async function updateFlavor(cloud: Cloud, { id, description }: { id: string; description: string | null }): Promise<Flavor> {
  const flavor = await setFlavorDescription(cloud.store, id, description);
  if (flavor === undefined) throw noFlavor(id);
  return flavor;
}
