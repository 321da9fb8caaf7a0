import type { RolloutCommand } from './command-rollout.ts';
import { phaseOf } from './phase-of.ts';
import { isUntouched } from './release.ts';
import type { HostTask, RolloutSnapshot, RolloutState } from './rollout.ts';

/** Come to their end: of these only what they have changed, and hosts to catch up on, still counts. */
const ended: readonly RolloutState[] = ['succeeded', 'failed', 'aborted', 'rolled_back'];

/** Those that begin hosts, now or later. */
const skippable: readonly RolloutState[] = ['awaiting_approval', 'running', 'paused', 'succeeded'];

/**
 * What a rollout that is started does to one before it (R9): it supersedes it when it has all the hosts that are left to it; else the one before goes on with its others and skips
 * the shared ones. Undefined: nothing. A host that was changed, and is to be tried again, is no host to skip: it is left out at its turn.
 */
export function takeOver(older: RolloutSnapshot, newer: RolloutSnapshot): Extract<RolloutCommand, { do: 'supersede' | 'skip' }> | undefined {
  const mine = new Set(hostsOf(newer, older.rollout.target));
  if (!older.tasks.some(({ hostId }) => mine.has(hostId))) return undefined;
  const { state } = older.rollout;
  const left = older.tasks.filter((task) => isToCome(task) || (ended.includes(state) && task.touched && task.facts.takenBy === null));
  if (left.every(({ hostId }) => mine.has(hostId))) return { do: 'supersede', by: newer.rollout.id };
  const hosts = left.filter((task) => mine.has(task.hostId) && isToCome(task) && !task.touched).map(({ hostId }) => hostId);
  return hosts.length > 0 && skippable.includes(state) ? { do: 'skip', hosts } : undefined;
}

/** The hosts that a rollout brings to its target; beside one with another target also those that are there already, which that one must not take away. */
export function hostsOf({ rollout, tasks }: RolloutSnapshot, otherTarget: string): string[] {
  return tasks.filter((task) => (task.wave !== null && task.skipped !== 'excluded') || (task.skipped === 'already' && rollout.target !== otherTarget)).map(({ hostId }) => hostId);
}

/** Waiting for its turn, or for being back; or begun, and nothing has been done to it. */
function isToCome(task: HostTask): boolean {
  return phaseOf(task) === 'waiting' || isUntouched(task) || task.skipped === 'offline' || task.skipped === 'locked';
}
