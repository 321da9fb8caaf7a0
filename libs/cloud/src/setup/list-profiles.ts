import { listProfileRows } from '@novadock/store';
import type { Cloud } from '../cloud.ts';
import { toProfileView, type ProfileView } from './profile-view.ts';

/** The newest revision of each profile, by name. */
export async function listProfiles({ store }: Pick<Cloud, 'store'>): Promise<ProfileView[]> {
  return (await listProfileRows(store)).map(toProfileView);
}
