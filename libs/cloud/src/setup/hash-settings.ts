import { createHash } from 'node:crypto';
import { canonicalJson, type ProfileSettings } from '@novadock/model';

/** What two revisions share that want the same. */
export function hashSettings(settings: ProfileSettings): string {
  return createHash('sha256').update(canonicalJson(settings)).digest('hex');
}
