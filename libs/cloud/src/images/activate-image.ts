import { CloudError } from '@novadock/model';
import { inTransaction, updateImageRow } from '@novadock/store';
import type { Cloud } from '../cloud.ts';
import type { Auth } from '../identity/auth.ts';
import { assertOwner, lockVisibleImage } from './image-access.ts';

/** Keeps an active image from being downloaded or booted, or allows it again. Throws `forbidden` for one that has no bytes yet. */
export async function activateImage({ store }: Cloud, auth: Auth, id: string, active: boolean): Promise<void> {
  await inTransaction(store, async (tx) => {
    const image = await lockVisibleImage(tx, auth, id);
    assertOwner(auth, image);
    if (image.status !== 'active' && image.status !== 'deactivated') {
      throw new CloudError('forbidden', `Not allowed to ${active ? 'reactivate' : 'deactivate'} image in status '${image.status}'`);
    }
    const status = active ? 'active' : 'deactivated';
    if (image.status !== status) await updateImageRow(tx, image.id, { status });
  });
}
