import type { Readable } from 'node:stream';
import { CloudError } from '@novadock/model';
import type { Image } from '@novadock/store';
import type { Cloud } from '../cloud.ts';
import type { Auth } from '../identity/auth.ts';
import { getImage } from './image-access.ts';

/** An image with its bytes, or without them while it has none. */
export type Download = { image: Image; sizeBytes: number; read: ((range?: { start: number; end: number }) => Readable) | undefined };

/** The bytes of an image as they were uploaded. Throws `forbidden` when it is deactivated. */
export async function downloadImage(cloud: Cloud, auth: Auth, id: string): Promise<Download> {
  const image = await getImage(cloud, auth, id);
  if (image.status === 'deactivated' && !auth.isAdmin) {
    throw new CloudError('forbidden', 'The requested image has been deactivated. Image data download is forbidden.');
  }
  const { blob } = image;
  const read = blob === null || image.status === 'saving' ? undefined : (range?: { start: number; end: number }) => cloud.blobs.read(blob, range);
  return { image, sizeBytes: Number(image.sizeBytes ?? 0), read };
}
