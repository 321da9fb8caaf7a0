import type { HostTask } from './rollout.ts';

/** Where a task stands: not begun, begun and not at its result, or at its result. A failed host that was touched has its revert to come. */
export function phaseOf(task: Pick<HostTask, 'state' | 'touched'>): 'waiting' | 'inFlight' | 'settled' {
  switch (task.state) {
    case 'pending':
      return 'waiting';
    case 'failed':
      return task.touched ? 'inFlight' : 'settled';
    case 'healthy':
    case 'skipped':
    case 'reverted':
    case 'revert_failed':
    case 'timed_out':
    case 'lost':
      return 'settled';
    default:
      return 'inFlight';
  }
}
