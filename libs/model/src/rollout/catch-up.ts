import { moveHost, type HostTransition } from './move-host.ts';
import type { Pass } from './pass.ts';
import type { HostTask } from './rollout.ts';

/**
 * A host that was away, or locked, at its turn comes back into its wave (R13). One that was away takes no new instances until it is on the target.
 * While no host may begin, it serves on its old revision, `behind`; with a strict profile it does not serve.
 */
export function catchUp(pass: Pass, task: HostTask): HostTransition | undefined {
  if (task.state === 'pending') return task.catchUp && task.cordoned !== isHeld(pass, task) ? moveHost(pass, task, 'pending', { cordoned: !task.cordoned }) : undefined;
  if (task.state !== 'skipped' || task.facts.appliedHash === pass.rollout.target || task.facts.takenBy !== null) return undefined;
  if (task.skipped === 'locked') return unlocked(pass, task);
  return task.skipped === 'offline' && task.facts.online && isHeld(pass, task) ? moveHost(pass, task, 'pending', { skipped: null, cordoned: true }) : undefined;
}

function unlocked(pass: Pass, task: HostTask): HostTransition | undefined {
  if (task.facts.locked || !pass.rules.mayBegin(pass)) return undefined;
  return moveHost(pass, task, 'pending', { skipped: null });
}

/** Whether the rollout keeps new instances from a host that has to catch up. */
export function isHeld(pass: Pass, task: HostTask): boolean {
  const { rollout } = pass;
  if (!task.catchUp || rollout.supersededBy !== null || task.facts.takenBy !== null) return false;
  return pass.rules.mayBegin(pass) || (rollout.strict && (rollout.state === 'running' || rollout.state === 'paused' || rollout.state === 'succeeded'));
}

/** Whether a host is shown as `behind`: it was away at its turn, is back, not on the target, and no newer rollout's. */
export function isBehind(target: string, task: Pick<HostTask, 'catchUp' | 'facts'>): boolean {
  return task.catchUp && task.facts.online && task.facts.takenBy === null && task.facts.appliedHash !== target;
}
