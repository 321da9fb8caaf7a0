import { findImageRows, type Store, type Transaction } from '@novadock/store';

/** An image that a profile's hosts are to have. */
export type ProfileImage = { id: string; name: string; engineId: string; architecture: string; sizeBytes: number };

/** The images of a profile that there are, and the ids of those that were deleted or deactivated since. */
export async function profileImages(db: Store['prisma'] | Transaction, ids: string[]): Promise<{ images: ProfileImage[]; gone: string[] }> {
  const rows = ids.length === 0 ? [] : await findImageRows(db, ids);
  const images = rows.flatMap(({ id, name, engineId, architecture, sizeBytes, status }) =>
    status === 'active' && engineId !== null ? [{ id, name: name ?? id, engineId, architecture: architecture ?? '', sizeBytes: Number(sizeBytes ?? 0) }] : [],
  );
  return { images, gone: ids.filter((id) => !images.some((image) => image.id === id)) };
}

/** "2 images, 35 MB". */
export function sayImages(images: Pick<ProfileImage, 'sizeBytes'>[]): string {
  const megabytes = images.reduce((all, { sizeBytes }) => all + sizeBytes, 0) / 1e6;
  return `${images.length === 1 ? '1 image' : `${images.length} images`}, ${megabytes < 10 ? megabytes.toFixed(1) : Math.round(megabytes)} MB`;
}
