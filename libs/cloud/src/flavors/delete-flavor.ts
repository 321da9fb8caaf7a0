import { deleteFlavorRow } from '@novadock/store';
import type { Cloud } from '../cloud.ts';
import { noFlavor } from './get-flavor.ts';

/** Deletes a flavor; instances keep theirs as it was. Throws `notFound`. */
export async function deleteFlavor(cloud: Cloud, id: string): Promise<void> {
  if (!(await deleteFlavorRow(cloud.store, id))) throw noFlavor(id);
}
