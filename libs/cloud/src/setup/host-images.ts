import type { HostFacts } from '@novadock/model';
import { findHost, findProfileRow } from '@novadock/store';
import type { Cloud } from '../cloud.ts';
import { profileImages, type ProfileImage } from './profile-images.ts';
import { toProfileView } from './profile-view.ts';

/** The images that a host is to have by the profile that it is on; none while its engine does not do its work. */
export async function hostImages({ store }: Pick<Cloud, 'store'>, hostId: string): Promise<ProfileImage[]> {
  const host = await findHost(store.prisma, { id: hostId });
  const { setup, engine, architecture } = (host?.facts ?? {}) as unknown as Partial<HostFacts>;
  if (setup === undefined || engine?.ready !== true) return [];
  const row = await findProfileRow(store.prisma, setup.profile, setup.revision);
  if (row === null) return [];
  const { images } = await profileImages(store.prisma, toProfileView(row).settings.images);
  return images.filter((image) => fitsHost(image, architecture));
}

/** Whether an image is for a CPU type. */
export function fitsHost({ architecture }: Pick<ProfileImage, 'architecture'>, wanted: string | undefined): boolean {
  return architecture === '' || architecture === wanted;
}
