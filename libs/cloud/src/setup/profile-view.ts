import { defaultHostProfile, type HostProfile, type ProfileSettings } from '@novadock/model';
import type { HostProfileRow } from '@novadock/store';

/** A revision of a profile as use cases return it. */
export type ProfileView = { name: string; revision: number; settings: ProfileSettings; hash: string; createdAt: Date };

export function toProfileView({ name, revision, settings, hash, createdAt }: HostProfileRow): ProfileView {
  // One that was made before a setting was known has its default.
  return { name, revision, settings: { ...defaultHostProfile, ...(settings as unknown as Partial<ProfileSettings>) }, hash, createdAt };
}

/** The revision as hosts are given it. */
export function toHostProfile({ name, revision, settings }: ProfileView): HostProfile {
  return { ...settings, name, revision };
}
