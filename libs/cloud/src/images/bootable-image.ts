import { CloudError } from '@novadock/model';
import { findImageRow, type Image, type Store } from '@novadock/store';
import type { Auth } from '../identity/auth.ts';
import { isVisible } from './image-access.ts';

const gigabyte = 1024 ** 3;

/** An image that the caller may boot from. Throws `invalid`, in Nova's words, when there is none, it is not active or holds no bootable archive. */
export async function bootableImage(store: Store, auth: Auth, imageId: string): Promise<Image> {
  const image = await findImageRow(store.prisma, imageId);
  if (image === null || !isVisible(auth, image)) throw new CloudError('invalid', 'Can not find requested image', { reason: 'imageMissing' });
  if (image.status !== 'active') throw new CloudError('invalid', `Image ${image.id} is not active.`, { reason: 'imageNotActive' });
  const why = whyUnbootable(image);
  if (why !== undefined) throw new CloudError('invalid', `Image ${image.id} is unacceptable: ${why}`, { reason: 'imageUnacceptable' });
  return image;
}

/** Throws `invalid`, in Nova's words, when a flavor is too small for an image. A flavor with a disk of 0 sets no limit. */
export function assertFits(image: Pick<Image, 'minMemoryMb' | 'minDiskGb' | 'contentBytes'>, flavor: { memoryMb: number; diskGb: number }): void {
  if (flavor.memoryMb < image.minMemoryMb) throw tooSmall("Flavor's memory is too small for requested image.");
  if (flavor.diskGb === 0) return;
  const diskBytes = flavor.diskGb * gigabyte;
  const contentBytes = Number(image.contentBytes ?? 0);
  if (contentBytes > diskBytes) {
    throw tooSmall(`Flavor's disk is too small for requested image. Flavor disk is ${diskBytes} bytes, image is ${contentBytes} bytes.`);
  }
  const minBytes = image.minDiskGb * gigabyte;
  if (minBytes > diskBytes) {
    throw tooSmall(`Flavor's disk is smaller than the minimum size specified in image metadata. Flavor disk is ${diskBytes} bytes, minimum size is ${minBytes} bytes.`);
  }
}

/** Why an active image cannot be booted; undefined: it can. */
export function whyUnbootable(image: Image): string | undefined {
  if (image.containerFormat !== 'docker') {
    return `Its container format is ${image.containerFormat ?? 'not set'}, and only docker boots. Upload the output of \`docker save\` with --container-format docker.`;
  }
  return image.unbootableReason ?? (image.engineId === null ? 'Its bytes were never inspected. Upload it again.' : undefined);
}

function tooSmall(message: string): CloudError {
  return new CloudError('invalid', message, { reason: 'flavorTooSmall' });
}
