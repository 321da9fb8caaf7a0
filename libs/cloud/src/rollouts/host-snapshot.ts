import type { HostProfile } from '@novadock/model';
import type { RolloutHostRow } from '@novadock/store';
import { profileOf } from './load-rollout.ts';
import type { ProfileRef } from './to-task.ts';

/** What a host was before a rollout first touched it: its revision, and the versions that the revision may leave open. */
export type HostSnapshot = ProfileRef & { engineVersion: string; agentVersion: string };

/** Null: it had no profile. */
export function snapshotOf(host: RolloutHostRow): HostSnapshot | null {
  const profile = profileOf(host);
  return profile && { ...profile, engineVersion: host.engineVersion ?? '', agentVersion: host.agentVersion ?? '' };
}

/**
 * The profile by which a host returns to its own snapshot (R7). A revision that names no version, or only how it begins, says "what is there", which is the new one by then: where
 * `target` asked for another version, the one that was there is named.
 */
export function revertProfile(own: HostProfile, target: HostProfile, { engineVersion, agentVersion }: HostSnapshot): HostProfile {
  const engine = engineVersion === '' || target.engine.version === '' || target.engine.version === own.engine.version || own.engine.version.includes(engineVersion) ? own.engine : pinned(own, target, engineVersion);
  const agent = agentVersion === '' || target.agentVersion === '' || own.agentVersion !== '' ? own.agentVersion : agentVersion;
  return { ...own, engine, agentVersion: agent };
}

/** Its packages are of the vendor that the target named: an engine of another one would have been refused before it was touched. */
function pinned({ engine }: HostProfile, target: HostProfile, version: string): HostProfile['engine'] {
  if (engine.source === target.engine.source) return { ...engine, version };
  return { ...engine, source: target.engine.source, repository: target.engine.repository, version };
}
