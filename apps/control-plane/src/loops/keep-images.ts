import { ensureImage, hostImages, type Cloud } from '@novadock/cloud';
import type { AgentService } from '@novadock/model';

/** Brings a host the images of the profile that it is on, where its engine lacks one. Throws what is in the way. */
export async function keepImages({ cloud, hostId, agent }: { cloud: Cloud; hostId: string; agent: AgentService }): Promise<void> {
  for (const image of await hostImages(cloud, hostId)) await ensureImage(cloud, agent, image);
}
