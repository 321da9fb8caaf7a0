import { randomUUID } from 'node:crypto';
import { CloudError } from '@novadock/model';
import { inTransaction, insertImageRow, recordEvent, type Image } from '@novadock/store';
import type { Cloud } from '../cloud.ts';
import type { ProjectAuth } from '../identity/auth.ts';
import { assertFewProperties, assertFewTags, assertMayPublish, assertSize } from './image-rules.ts';

/** `properties`: whatever else the user wants to be told again. */
export type NewImage = {
  id?: string;
  name: string | null;
  /** Of another project only for administrators. */
  projectId?: string;
  visibility: string;
  containerFormat: string | null;
  diskFormat: string | null;
  minDiskGb: number;
  minMemoryMb: number;
  protected: boolean;
  hidden: boolean;
  tags: string[];
  properties: Record<string, string | null>;
};

/** Adds an image that waits for its bytes. Throws `conflict` when its id is taken, `forbidden` for what only administrators may. */
export async function createImage({ store }: Cloud, auth: ProjectAuth, image: NewImage): Promise<Image> {
  const projectId = image.projectId ?? auth.projectId;
  if (projectId !== auth.projectId && !auth.isAdmin) throw new CloudError('forbidden', `You are not permitted to create images owned by '${projectId}'`);
  assertMayPublish(auth, image.visibility);
  assertFewProperties(image.properties);
  assertSize('min_disk', image.minDiskGb);
  assertSize('min_ram', image.minMemoryMb);
  const tags = [...new Set(image.tags)];
  assertFewTags(tags);
  const id = image.id ?? randomUUID();
  return inTransaction(store, async (tx) => {
    const row = await insertImageRow(tx, { ...image, id, projectId, tags });
    if (row === undefined) throw new CloudError('conflict', `Image ID ${id} already exists!`, { reason: 'imageExists' });
    await recordEvent(tx, { kind: 'image.created', projectId, subjectId: id, data: { name: image.name } });
    return row;
  });
}
