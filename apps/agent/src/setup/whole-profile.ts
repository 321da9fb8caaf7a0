import { defaultHostProfile, type HostProfile } from '@novadock/model';

/** A profile that an earlier version of the agent may have kept: what that one did not know is as in the default. */
export function wholeProfile(kept: Partial<HostProfile> & Pick<HostProfile, 'name' | 'revision'>): HostProfile {
  return { ...defaultHostProfile, ...kept };
}
