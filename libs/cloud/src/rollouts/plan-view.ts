import { allowedFailures, inFlightLimit, type Blocker, type RolloutPlan, type SkipReason, type Strategy, type Wave } from '@novadock/model';
import type { RolloutHostRow } from '@novadock/store';
import type { PackageFinding } from './find-packages.ts';

/** Who changes, how and when, who is skipped, and who is blocked and why: what an operator decides on. */
export type PlanView = {
  /** How many hosts change. */
  planned: number;
  inFlightLimit: number;
  waves: { name: string; hosts: number; allowedFailures: number }[];
  /** Hosts with the same changes, the largest group first. */
  groups: { changes: string[]; hosts: number }[];
  /** Of hosts that are to have another engine, by what they find in their repositories: its packages, as the host `askedHost` says; null: none was asked. */
  packages: { operatingSystem: string; architecture: string; hosts: number; exact: string[]; askedHost: string | null; note: string }[];
  skipped: { host: string; reason: SkipReason; wave: string | null }[];
  blocked: { host: string; code: Blocker['code']; why: string }[];
};

export function toPlanView({ plan: { planned, waves, groups, skipped, blocked }, strategy, hosts, packages }: { plan: RolloutPlan; strategy: Strategy; hosts: RolloutHostRow[]; packages: PackageFinding[] }): PlanView {
  const names = new Map(hosts.map(({ hostId, name }) => [hostId, name]));
  const nameOf = (hostId: string) => names.get(hostId) ?? hostId;
  return {
    planned,
    inFlightLimit: inFlightLimit({ strategy, planned }),
    waves: waves.map((wave: Wave) => ({ name: wave.name, hosts: wave.size, allowedFailures: allowedFailures(strategy, wave) })),
    groups,
    packages: packages.map(({ group, asked, answer: { exact, missing, note } }) => ({
      operatingSystem: group.operatingSystem, architecture: group.architecture, hosts: group.hosts.length, exact: exact.map(({ name, version }) => `${name} ${version}`), askedHost: asked, note: missing ?? note,
    })),
    skipped: skipped.map(({ hostId, reason, wave }) => ({ host: nameOf(hostId), reason, wave: wave === null ? null : (waves[wave]?.name ?? null) })),
    blocked: blocked.map(({ hostId, code, why }) => ({ host: nameOf(hostId), code, why })),
  };
}
