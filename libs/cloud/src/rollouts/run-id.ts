import { createHash } from 'node:crypto';
import type { RunStep } from '@novadock/model';

/** The id of the set-up run that a step of a host task is: the same order given again, by whichever replica, is the same run (R2). */
export function runIdOf(rolloutId: string, hostId: string, attempt: number, step: RunStep): string {
  const hex = createHash('sha256').update(`${rolloutId}/${hostId}/${attempt}/${step}`).digest('hex');
  // RFC 9562, version 8: made by a rule of ours.
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
