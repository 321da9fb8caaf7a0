import { getImage, listImages, type Cloud, type ProjectAuth } from '@novadock/cloud';
import { isUuid, type Image } from '@novadock/store';
import { onlyOne } from '../only-one.ts';

/** The image with that id, or the only one that the caller sees with that name. Throws `notFound`, or `conflict` when several have the name. */
export async function findImage(cloud: Cloud, auth: ProjectAuth, idOrName: string): Promise<Image> {
  if (isUuid(idOrName)) return getImage(cloud, auth, idOrName);
  const named = { conditions: [{ column: 'name', operator: 'eq', value: idOrName } as const], tags: [], properties: {}, sort: [], limit: 2 };
  return onlyOne('image', idOrName, await listImages(cloud, auth, named));
}
