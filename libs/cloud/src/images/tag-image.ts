import { CloudError } from '@novadock/model';
import { inTransaction, updateImageRow } from '@novadock/store';
import type { Cloud } from '../cloud.ts';
import type { Auth } from '../identity/auth.ts';
import { assertOwner, lockVisibleImage } from './image-access.ts';
import { assertFewTags } from './image-rules.ts';

/** Puts a tag on an image, if it is not there. Throws `notFound`, `forbidden` or `exhausted`. */
export async function addImageTag({ store }: Cloud, auth: Auth, id: string, tag: string): Promise<void> {
  await inTransaction(store, async (tx) => {
    const image = await lockVisibleImage(tx, auth, id, `Image ${id} not found.`);
    assertOwner(auth, image, `Not allowed to update tags for image ${id}.`);
    if (image.tags.includes(tag)) return;
    const tags = [...image.tags, tag];
    assertFewTags(tags);
    await updateImageRow(tx, image.id, { tags });
  });
}

/** Takes a tag off an image. Throws `notFound` also when the image has no such tag. */
export async function removeImageTag({ store }: Cloud, auth: Auth, id: string, tag: string): Promise<void> {
  await inTransaction(store, async (tx) => {
    const image = await lockVisibleImage(tx, auth, id, `Image ${id} not found.`);
    assertOwner(auth, image, `Not allowed to delete tags for image ${id}.`);
    if (!image.tags.includes(tag)) throw new CloudError('notFound', 'The resource could not be found.', { reason: 'tagMissing' });
    await updateImageRow(tx, image.id, { tags: image.tags.filter((other) => other !== tag) });
  });
}
