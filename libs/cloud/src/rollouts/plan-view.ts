import { allowedFailures, inFlightLimit, type Blocker, type RolloutPlan, type SkipReason, type Strategy, type Wave } from '@novadock/model';
import type { RolloutHostRow } from '@novadock/store';

/** Who changes, how and when, who is skipped, and who is blocked and why: what an operator decides on. */
export type PlanView = {
  /** How many hosts change. */
  planned: number;
  inFlightLimit: number;
  waves: { name: string; hosts: number; allowedFailures: number }[];
  /** Hosts with the same changes, the largest group first. */
  groups: { changes: string[]; hosts: number }[];
  skipped: { host: string; reason: SkipReason; wave: string | null }[];
  blocked: { host: string; code: Blocker['code']; why: string }[];
};

export function toPlanView({ planned, waves, groups, skipped, blocked }: RolloutPlan, strategy: Strategy, hosts: RolloutHostRow[]): PlanView {
  const names = new Map(hosts.map(({ hostId, name }) => [hostId, name]));
  const nameOf = (hostId: string) => names.get(hostId) ?? hostId;
  return {
    planned,
    inFlightLimit: inFlightLimit({ strategy, planned }),
    waves: waves.map((wave: Wave) => ({ name: wave.name, hosts: wave.size, allowedFailures: allowedFailures(strategy, wave) })),
    groups,
    skipped: skipped.map(({ hostId, reason, wave }) => ({ host: nameOf(hostId), reason, wave: wave === null ? null : (waves[wave]?.name ?? null) })),
    blocked: blocked.map(({ hostId, code, why }) => ({ host: nameOf(hostId), code, why })),
  };
}
