import { CloudError, canonicalJson, profileChanges, profileProblems, type ProfileChange, type ProfileSettings } from '@novadock/model';
import { findProfileRow, inTransaction, insertProfileRevision, recordEvent, type NewProfileRevision } from '@novadock/store';
import type { Cloud } from '../cloud.ts';
import { hashSettings } from './hash-settings.ts';
import { resolveImages } from './resolve-images.ts';
import { toProfileView, type ProfileView } from './profile-view.ts';

/** `changed`: there is a new revision; `changes`: what differs from the one before. */
export type PutProfile = { profile: ProfileView; changed: boolean; changes: ProfileChange[] };

/** Others may add a revision at the same time. */
const attempts = 10;

/**
 * Makes the newest revision of a profile what is wanted: a new one, where it is not that already. Images may be named by their names, and are kept by their ids, so that
 * a revision never changes. Throws `invalid` naming each field that is wrong.
 */
export async function putProfile(cloud: Pick<Cloud, 'store'>, name: string, wanted: ProfileSettings): Promise<PutProfile> {
  const settings = { ...wanted, images: await resolveImages(cloud.store, wanted.images) };
  const problems = profileProblems(settings);
  if (problems.length > 0) throw new CloudError('invalid', problems.map(({ field, message }) => `${field}: ${message}`).join(' '), { reason: 'profileInvalid' });
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const put = await inTransaction(cloud.store, async (tx) => {
      const row = await findProfileRow(tx, name);
      const newest = row === null ? undefined : toProfileView(row);
      const hash = hashSettings(settings);
      if (newest?.hash === hash) return { profile: newest, changed: false, changes: [] };
      const revision = (newest?.revision ?? 0) + 1;
      // As it is hashed: without what is undefined.
      const kept = JSON.parse(canonicalJson(settings)) as NewProfileRevision['settings'];
      if (!(await insertProfileRevision(tx, { name, revision, settings: kept, hash }))) return undefined;
      await recordEvent(tx, { kind: 'profile.revised', subjectId: name, data: { revision, hash } });
      const added = await findProfileRow(tx, name, revision);
      return added === null ? undefined : { profile: toProfileView(added), changed: true, changes: profileChanges(newest?.settings ?? {}, settings) };
    });
    if (put !== undefined) return put;
  }
  throw new CloudError('unavailable', `Profile ${name} is changed by others all the time: try again.`);
}
