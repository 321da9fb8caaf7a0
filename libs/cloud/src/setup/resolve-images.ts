import { CloudError } from '@novadock/model';
import { findImagesCalled, type Store } from '@novadock/store';
import { whyUnbootable } from '../images/bootable-image.ts';

/** The ids of images that are named by their ids or names. Throws `invalid` for one that is not there, is one of several of its name, or cannot be booted. */
export function resolveImages(store: Store, wanted: string[]): Promise<string[]> {
  return Promise.all(wanted.map((idOrName) => resolveImage(store, idOrName)));
}

async function resolveImage(store: Store, idOrName: string): Promise<string> {
  const refuse = (why: string) => new CloudError('invalid', `images: ${why}`, { reason: 'profileInvalid' });
  const found = await findImagesCalled(store, idOrName);
  // An id is told from a name that looks like one.
  const image = found.find(({ id }) => id === idOrName) ?? found[0];
  if (image === undefined) throw refuse(`There is no image ${idOrName}: see \`novadock image list\`, or leave it out.`);
  if (found.length > 1 && image.id !== idOrName) throw refuse(`${found.length} images are called ${idOrName}. Name the one that is meant by its id: ${found.map(({ id }) => id).join(', ')}.`);
  if (image.status !== 'active') throw refuse(`The image ${idOrName} is ${image.status}: hosts can only be given one that is active.`);
  const why = whyUnbootable(image);
  if (why !== undefined) throw refuse(`The image ${idOrName} cannot be booted. ${why}`);
  return image.id;
}
