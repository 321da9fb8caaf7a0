import { CloudError } from '@novadock/model';
import { findImageRow, lockImageRow, type Image, type Store, type Transaction } from '@novadock/store';
import type { Auth } from '../identity/auth.ts';

/** Whether an image exists for a caller: their project's, everyone's, or any for administrators. */
export function isVisible(auth: Auth, image: Image): boolean {
  return auth.isAdmin || image.visibility === 'public' || image.visibility === 'community' || image.projectId === auth.projectId;
}

/** Throws `forbidden` unless the caller may change an image that they see. */
export function assertOwner(auth: Auth, image: Image, refusal = 'You do not own this image'): void {
  if (!auth.isAdmin && image.projectId !== auth.projectId) throw new CloudError('forbidden', refusal);
}

/** An image that the caller sees. Throws `notFound`. */
export async function getImage({ store }: { store: Store }, auth: Auth, id: string): Promise<Image> {
  return visible(auth, await findImageRow(store.prisma, id), `No image found with ID ${id}`);
}

/** The same, locked for a change in `tx`. */
export async function lockVisibleImage(tx: Transaction, auth: Auth, id: string, missing = `No image found with ID ${id}`): Promise<Image> {
  return visible(auth, await lockImageRow(tx, id), missing);
}

function visible(auth: Auth, image: Image | null, missing: string): Image {
  if (image === null || !isVisible(auth, image)) throw new CloudError('notFound', missing, { reason: 'imageMissing' });
  return image;
}
