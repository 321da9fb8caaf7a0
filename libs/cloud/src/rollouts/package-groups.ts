import type { ProfileSettings } from '@novadock/model';
import { findProfileRow, type HostProfileRow, type RolloutHostRow, type Transaction } from '@novadock/store';
import { toProfileView } from '../setup/profile-view.ts';
import { profileOf } from './load-rollout.ts';

/** Hosts that find the same packages in their repositories. */
export type PackageGroup = {
  operatingSystem: string;
  architecture: string;
  hosts: RolloutHostRow[];
  /** One of them that can be asked now which packages these are. */
  askable: RolloutHostRow | undefined;
};

/** Those of the hosts that are to have another engine than the profile that they are on says, by what repositories go by; none where the target names no version. */
export async function packageGroups(tx: Transaction, target: HostProfileRow, hosts: RolloutHostRow[]): Promise<PackageGroup[]> {
  const { engine } = toProfileView(target).settings;
  if (engine.source === 'present' || engine.version === '') return [];
  const wanted = engineKey(engine);
  const keys = new Map<string, string>();
  const changing: RolloutHostRow[] = [];
  for (const host of hosts) {
    const current = profileOf(host);
    const revision = current === null ? '' : `${current.name}@${current.revision}`;
    const key = keys.get(revision) ?? (await keyOf(tx, current));
    keys.set(revision, key);
    if (key !== wanted) changing.push(host);
  }
  const groups = Map.groupBy(changing, ({ operatingSystem, architecture }) => `${operatingSystem}\n${architecture}`);
  return [...groups.values()].map((group) => ({
    operatingSystem: group[0]?.operatingSystem ?? '',
    architecture: group[0]?.architecture ?? '',
    hosts: group,
    askable: group.find(({ up, owned, heldBy, unfinishedRun, leaving }) => up && owned && heldBy === null && unfinishedRun === null && !leaving),
  }));
}

async function keyOf(tx: Transaction, current: { name: string; revision: number } | null): Promise<string> {
  const row = current === null ? null : await findProfileRow(tx, current.name, current.revision);
  return row === null ? '' : engineKey(toProfileView(row).settings.engine);
}

function engineKey({ source, version, repository }: ProfileSettings['engine']): string {
  return JSON.stringify([source, version, repository?.url, repository?.key, repository?.codename, repository?.channel]);
}
