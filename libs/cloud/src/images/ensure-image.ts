import { CloudError, type AgentService, type ImageRef } from '@novadock/model';
import { findBlobOfEngineImage } from '@novadock/store';
import type { Cloud } from '../cloud.ts';

/** Sends an image to a host that lacks it. Throws `notFound` when its bytes are gone from the store, `unavailable` when the host does not answer. */
export async function ensureImage(cloud: Pick<Cloud, 'store' | 'blobs'>, agent: AgentService, image: ImageRef): Promise<void> {
  if (await agent.hasImage(image.engineId)) return;
  const blob = await findBlobOfEngineImage(cloud.store, image);
  if (blob === null) throw new CloudError('notFound', `The image ${image.id} was deleted, and the host does not have it.`, { reason: 'imageGone' });
  await agent.putImage(image, cloud.blobs.read(blob));
}
