import { CloudError } from '@novadock/model';
import { findImageRow, listImageRows, type Image, type ImageFilter } from '@novadock/store';
import type { Cloud } from '../cloud.ts';
import type { Auth } from '../identity/auth.ts';
import { isVisible } from './image-access.ts';

/** `visibility` absent: all but the community images of others; "all": those too. */
export type ListImages = Pick<ImageFilter, 'conditions' | 'tags' | 'properties' | 'sort' | 'limit'> & { visibility?: string; marker?: string };

/** A page of the images that the caller sees. Throws `invalid` when the marker is none of them. */
export async function listImages({ store }: Cloud, auth: Auth, { visibility, marker, ...filter }: ListImages): Promise<Image[]> {
  const caller = { projectId: auth.projectId };
  const markerRow = marker === undefined ? undefined : await findImageRow(store.prisma, marker);
  if (markerRow === null || (markerRow !== undefined && !isVisible(auth, markerRow))) throw new CloudError('invalid', `No image found with ID ${marker}`, { reason: 'markerMissing' });
  const conditions = [...filter.conditions];
  if (visibility !== undefined && visibility !== 'all') conditions.push({ column: 'visibility', operator: 'eq', value: visibility });
  return listImageRows(store, {
    ...filter,
    conditions,
    ...(auth.isAdmin ? {} : { visibleTo: caller }),
    ...(visibility === undefined ? { communityOf: caller } : {}),
    ...(markerRow === undefined ? {} : { marker: markerRow }),
  });
}
