import { CloudError } from '../errors.ts';
import { blocker, type Blocker } from './blocker.ts';
import { cutWaves } from './cut-waves.ts';
import { hostOrder } from './host-order.ts';
import { newTask } from './new-task.ts';
import type { HostTask, JoiningHost, SkipReason, Wave } from './rollout.ts';
import type { Strategy } from './strategy.ts';

/** `changes`: what the revision would change on it, in words, as the caller found by comparing. */
export type PlanHost = JoiningHost & { name: string; changes: string[] };

/** `skipped` names also those that would be skipped if it were their turn now; these have a wave, for they may be back by then. */
export type RolloutPlan = {
  waves: Wave[];
  tasks: HostTask[];
  planned: number;
  skipped: { hostId: string; reason: SkipReason; wave: number | null }[];
  blocked: ({ hostId: string } & Blocker)[];
  /** Hosts with the same changes, the largest group first. */
  groups: { changes: string[]; hosts: number }[];
};

/** Who changes, in which order and wave, who is skipped, and who is blocked and why. Throws `invalid` when a named canary is not among the hosts. */
export function planRollout(input: { rolloutId: string; target: string; strategy: Strategy; hosts: readonly PlanHost[] }): RolloutPlan {
  const { strategy, hosts } = input;
  const unknown = strategy.canary.hosts.find((name) => !hosts.some((host) => host.name === name));
  if (unknown !== undefined) throw new CloudError('invalid', `strategy.canary.hosts names ${unknown}, which the rollout does not select.`, { reason: 'InvalidStrategy' });
  const blocked: RolloutPlan['blocked'] = [];
  const skipped: HostTask[] = [];
  const changing: PlanHost[] = [];
  for (const host of hosts) {
    const reason = skippedForGood(host, input.target);
    const blocks = blocker(host.facts);
    if (reason !== undefined) skipped.push(newTask(host, null, reason));
    else if (blocks !== undefined) blocked.push({ hostId: host.hostId, ...blocks });
    else changing.push(host);
  }
  const { ordered, canaries } = putInOrder(input.rolloutId, changing, strategy);
  const waves = cutWaves(strategy, ordered.length, canaries);
  const inWaves = waves.flatMap((wave, index) => ordered.slice(sizeBefore(waves, index), sizeBefore(waves, index) + wave.size).map((host) => newTask(host, index, null)));
  const tasks = [...inWaves, ...skipped];
  return { waves, tasks, planned: ordered.length, skipped: listSkipped(tasks, strategy), blocked, groups: groupChanges(changing) };
}

function skippedForGood(host: PlanHost, target: string): SkipReason | undefined {
  if (host.excluded) return 'excluded';
  return host.facts.appliedHash === target ? 'already' : undefined;
}

/** Named canaries come first; the order fills them up to their count. */
function putInOrder(rolloutId: string, hosts: readonly PlanHost[], strategy: Strategy): { ordered: PlanHost[]; canaries: number } {
  const named = new Set(strategy.canary.hosts);
  const keyed = hosts.map((host) => ({ host, later: named.has(host.name) ? 0 : 1, key: hostOrder(rolloutId, host.hostId) }));
  keyed.sort((a, b) => a.later - b.later || a.key - b.key || (a.host.hostId < b.host.hostId ? -1 : 1));
  const namedHere = keyed.filter((one) => one.later === 0).length;
  return { ordered: keyed.map((one) => one.host), canaries: Math.min(hosts.length, Math.max(namedHere, strategy.canary.count)) };
}

function sizeBefore(waves: readonly Wave[], index: number): number {
  return waves.slice(0, index).reduce((sum, wave) => sum + wave.size, 0);
}

function listSkipped(tasks: readonly HostTask[], strategy: Strategy): RolloutPlan['skipped'] {
  return tasks.flatMap((task) => {
    const reason = task.skipped ?? atItsTurn(task, strategy);
    return reason === null ? [] : [{ hostId: task.hostId, reason, wave: task.wave }];
  });
}

function atItsTurn({ facts }: HostTask, strategy: Strategy): SkipReason | null {
  if (!facts.online && strategy.offline.policy === 'catch-up') return 'offline';
  return facts.locked && strategy.locks === 'honour' ? 'locked' : null;
}

function groupChanges(hosts: readonly PlanHost[]): RolloutPlan['groups'] {
  const groups = new Map<string, { changes: string[]; hosts: number }>();
  for (const { changes } of hosts) {
    const key = changes.join('\n');
    const group = groups.get(key) ?? { changes, hosts: 0 };
    group.hosts += 1;
    groups.set(key, group);
  }
  return [...groups.values()].sort((a, b) => b.hosts - a.hosts);
}
