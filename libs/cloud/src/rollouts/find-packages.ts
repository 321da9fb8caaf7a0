import type { HostProfileRow } from '@novadock/store';
import type { AskPackages, PackageAnswer } from './ask-packages.ts';
import type { PackageGroup } from './package-groups.ts';

/** What was found out about a group's packages; `asked`: from which host of it. */
export type PackageFinding = { group: PackageGroup; asked: string | null; answer: PackageAnswer };

/** Asks one host of the group, where there is one that can be asked. */
export async function findPackages(group: PackageGroup, target: HostProfileRow, ask: AskPackages | undefined): Promise<PackageFinding> {
  const { askable } = group;
  if (askable === undefined || ask === undefined) return { group, asked: null, answer: { exact: [], missing: undefined, note: 'none of them can be asked now; each host finds out in its precheck' } };
  return { group, asked: askable.name, answer: await ask(askable, target) };
}

/** The hosts whose repositories do not have the packages, by id, with why: all of a group where one of it says so. */
export function unresolvableHosts(findings: PackageFinding[]): Map<string, string> {
  return new Map(findings.flatMap(({ group, asked, answer }) => {
    const why = `${answer.missing} (as ${asked} says, for all with ${group.operatingSystem}, ${group.architecture})`;
    return answer.missing === undefined ? [] : group.hosts.map(({ hostId }) => [hostId, why] as const);
  }));
}
