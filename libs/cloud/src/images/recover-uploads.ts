import { cancelUpload, findDeletedBlobs, findStaleUploads, forgetBlob } from '@novadock/store';
import type { Cloud } from '../cloud.ts';

/** Four times as long as uploads take to say that they go on. */
const staleMs = 20_000;

/**
 * Puts right what crashes left: uploads that nobody works on any more lose their bytes and their images are queued again, and the bytes of deleted
 * images go. Uploads of other replicas are let be, so it has to run every now and then; `alone` says at the start that there are none.
 */
export async function recoverUploads({ store, blobs }: Pick<Cloud, 'store' | 'blobs'>, { alone = false }: { alone?: boolean } = {}): Promise<void> {
  for (const { id, blob } of await findStaleUploads(store, alone ? 0 : staleMs)) {
    await blobs.remove(blob);
    await cancelUpload(store, id, blob);
  }
  for (const { id, blob } of await findDeletedBlobs(store)) {
    await blobs.remove(blob);
    await forgetBlob(store, id);
  }
}
