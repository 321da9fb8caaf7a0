import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { orMissing, replaceFile } from '@novadock/host-setup';
import type { HostProfile } from '@novadock/model';
import { wholeProfile } from './whole-profile.ts';

/** What set-ups made of this host: the profile of the last one that succeeded, or that all was taken back; undefined before the first. */
export type AppliedProfile = { state: 'applied'; profile: HostProfile; controllerUrl: string | undefined } | { state: 'undone' };

/** `folder`: where the agent keeps what is about set-ups. */
export async function readAppliedProfile(folder: string): Promise<AppliedProfile | undefined> {
  const text = await readFile(fileIn(folder), 'utf8').catch(orMissing);
  if (text === undefined) return undefined;
  const applied = JSON.parse(text) as AppliedProfile;
  return applied.state === 'undone' ? applied : { ...applied, profile: wholeProfile(applied.profile) };
}

/** Fulfilled once it is on disk. */
export async function writeAppliedProfile(folder: string, applied: AppliedProfile): Promise<void> {
  await replaceFile({ file: fileIn(folder), content: `${JSON.stringify(applied, undefined, 2)}\n`, mode: 0o600 });
}

function fileIn(folder: string): string {
  return join(folder, 'applied.json');
}
