import type { Pass } from './pass.ts';
import type { HostTask } from './rollout.ts';

/** Whether the host is healthy on the target: it is on that revision (an agent that fell back to its old binary is not, R12), and has been well for long enough. */
export function verified({ rollout, now }: Pass, task: HostTask): boolean {
  const { appliedHash, online, healthy, healthySinceMs } = task.facts;
  if (appliedHash !== rollout.target || !online || !healthy) return false;
  return now - Math.max(healthySinceMs, task.stateAtMs) >= rollout.strategy.health.minHealthyMs;
}
