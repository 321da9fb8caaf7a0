import type { Pass } from './pass.ts';
import type { HostTask, SkipReason } from './rollout.ts';

/** Whether a host whose turn it is goes ahead, is waited for, is skipped and why, or counts as lost. */
export function atTurn({ rollout, now }: Pass, { facts }: HostTask): 'go' | 'wait' | 'lost' | SkipReason {
  const { locks, offline } = rollout.strategy;
  // R5: nothing is done to a host that is there already.
  if (facts.appliedHash === rollout.target) return 'already';
  // R9: nor to one that a newer rollout brings elsewhere.
  if (facts.takenBy !== null) return 'excluded';
  if (facts.locked && locks === 'honour') return 'locked';
  if (!facts.online) {
    if (offline.policy === 'wait' || now - facts.onlineSinceMs < offline.afterMs) return 'wait';
    return offline.policy === 'fail' ? 'lost' : 'offline';
  }
  // R2: one rollout per host.
  return facts.busyWith === null ? 'go' : 'wait';
}
