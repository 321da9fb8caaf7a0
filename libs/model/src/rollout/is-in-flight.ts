import { phaseOf } from './phase-of.ts';
import type { HostTask, Rollout } from './rollout.ts';

/** Whether a host takes up room under the in-flight limit (R1). It depends on the row alone, never on which process began the host. */
export function isInFlight(_rollout: Rollout, task: HostTask): boolean {
  return phaseOf(task) === 'inFlight';
}
