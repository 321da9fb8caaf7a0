import type { HostTask } from './rollout.ts';
import type { Strategy } from './strategy.ts';

/** Whether a host's last attempt can trip a limit (R4): it failed in a way that counts, whether it was reverted or not, and nobody resumed after seeing it. */
export function countsAsFailure(strategy: Strategy, task: HostTask): boolean {
  return task.failure !== null && !task.acknowledged && strategy.failure.count.includes(task.failure);
}
