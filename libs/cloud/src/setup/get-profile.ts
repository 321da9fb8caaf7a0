import { CloudError, profileChanges, type ProfileChange } from '@novadock/model';
import { findProfileRow } from '@novadock/store';
import type { Cloud } from '../cloud.ts';
import { toProfileView, type ProfileView } from './profile-view.ts';

/** A revision of a profile, the newest unless said, and what differs from the one before. Throws `notFound`. */
export async function getProfile({ store }: Pick<Cloud, 'store'>, name: string, revision?: number): Promise<{ profile: ProfileView; changes: ProfileChange[] }> {
  const row = await findProfileRow(store.prisma, name, revision);
  if (row === null) {
    const what = revision === undefined ? `There is no profile ${name}` : `Profile ${name} has no revision ${revision}`;
    throw new CloudError('notFound', `${what}: see GET /v1/profiles.`, { reason: 'profileNotFound' });
  }
  const before = row.revision === 1 ? null : await findProfileRow(store.prisma, name, row.revision - 1);
  return { profile: toProfileView(row), changes: before === null ? [] : profileChanges(before.settings, row.settings) };
}
