import { profileChanges, type ProfileSettings } from '@novadock/model';
import { findProfileRow, type HostProfileRow, type RolloutHostRow, type Transaction } from '@novadock/store';
import { profileImages, sayImages } from '../setup/profile-images.ts';
import { toProfileView } from '../setup/profile-view.ts';
import { profileOf } from './load-rollout.ts';

/** What a revision would change on each of these hosts, in words; hosts on the same revision share them. */
export async function hostChanges(tx: Transaction, target: HostProfileRow, hosts: RolloutHostRow[]): Promise<Map<string, string[]>> {
  const byRevision = new Map<string, string[]>();
  const changes = new Map<string, string[]>();
  for (const host of hosts) {
    const current = profileOf(host);
    const key = current === null ? '' : `${current.name}@${current.revision}`;
    const known = byRevision.get(key) ?? (await changesFrom(tx, current, target));
    byRevision.set(key, known);
    changes.set(host.hostId, known);
  }
  return changes;
}

async function changesFrom(tx: Transaction, current: { name: string; revision: number } | null, target: HostProfileRow): Promise<string[]> {
  const row = current === null ? null : await findProfileRow(tx, current.name, current.revision);
  const { settings } = toProfileView(target);
  if (row === null) return [`prepared with profile ${target.name} (revision ${target.revision})`, ...(await imageChanges(tx, [], settings.images))];
  const from = toProfileView(row).settings;
  const fields = profileChanges(withoutImages(from), withoutImages(settings)).map(({ field, before, after }) => `${field}: ${word(before)} → ${word(after)}`);
  return [...fields, ...(await imageChanges(tx, from.images, settings.images))];
}

function withoutImages({ images: _, ...rest }: ProfileSettings): Omit<ProfileSettings, 'images'> {
  return rest;
}

/** "+2 images, 35 MB". No image is taken from a host: an instance may be made of it. */
async function imageChanges(tx: Transaction, before: string[], after: string[]): Promise<string[]> {
  const { images, gone } = await profileImages(tx, after.filter((id) => !before.includes(id)));
  const dropped = before.filter((id) => !after.includes(id)).length;
  return [
    ...(images.length === 0 ? [] : [`+${sayImages(images)}`]),
    ...(gone.length === 0 ? [] : [`images that are deleted, and left out: ${gone.join(', ')}`]),
    ...(dropped === 0 ? [] : [`-${dropped === 1 ? '1 image' : `${dropped} images`}, which the hosts keep`]),
  ];
}

function word(value: unknown): string {
  return value === undefined || value === '' ? '(none)' : typeof value === 'string' ? value : JSON.stringify(value);
}
