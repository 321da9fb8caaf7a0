import { canonicalJson, defaultHostProfile, type ProfileSettings } from '@novadock/model';
import { findProfileRow, insertProfileRevision, type NewProfileRevision, type Store } from '@novadock/store';
import { hashSettings } from './hash-settings.ts';

/** Nova's last release that the driver runs with is Mitaka; the guide of 2015 used the branch of Liberty. */
const novaDocker: ProfileSettings = {
  ...defaultHostProfile,
  dockerGroup: ['nova'],
  novaDocker: { package: 'git+https://github.com/openstack-archive/nova-docker@stable/liberty', indexUrl: '', virtualenv: '', compute: true, glance: true },
};

const builtIn: Record<string, ProfileSettings> = { default: defaultHostProfile, 'nova-docker': novaDocker };

/** Gives a cloud the profiles `default` and `nova-docker` where it lacks them. */
export async function bootstrapProfiles(store: Store): Promise<void> {
  for (const [name, settings] of Object.entries(builtIn)) {
    if ((await findProfileRow(store.prisma, name)) !== null) continue;
    await insertProfileRevision(store.prisma, { name, revision: 1, settings: JSON.parse(canonicalJson(settings)) as NewProfileRevision['settings'], hash: hashSettings(settings) });
  }
}
