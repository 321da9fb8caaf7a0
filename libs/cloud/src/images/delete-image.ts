import { CloudError } from '@novadock/model';
import { deleteImageRow, forgetBlob, inTransaction, recordEvent } from '@novadock/store';
import type { Cloud } from '../cloud.ts';
import type { Auth } from '../identity/auth.ts';
import { assertOwner, lockVisibleImage } from './image-access.ts';

/** Deletes an image and then its bytes. Instances made from it stay as they are. Throws `forbidden` when it is protected. */
export async function deleteImage({ store, blobs }: Cloud, auth: Auth, id: string): Promise<void> {
  const image = await inTransaction(store, async (tx) => {
    const found = await lockVisibleImage(tx, auth, id, `Failed to find image ${id} to delete`);
    assertOwner(auth, found);
    if (found.protected) throw new CloudError('forbidden', `Image ${id} is protected and cannot be deleted.`);
    await deleteImageRow(tx, found.id);
    await recordEvent(tx, { kind: 'image.deleted', projectId: found.projectId, subjectId: found.id, data: { name: found.name } });
    return found;
  });
  if (image.blob === null) return;
  // A crash before here leaves the bytes to recoverUploads.
  await blobs.remove(image.blob);
  await forgetBlob(store, image.id);
}
