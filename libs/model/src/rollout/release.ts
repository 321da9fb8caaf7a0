import { isHeld } from './catch-up.ts';
import { moveHost, type HostTransition } from './move-host.ts';
import type { Pass } from './pass.ts';
import type { HostState, HostTask } from './rollout.ts';

const untouched: readonly HostState[] = ['assigned', 'precheck', 'staging', 'cordoned', 'draining'];

/** The host is begun, and the attempt has not changed anything on it yet. */
export function isUntouched(task: HostTask): boolean {
  return untouched.includes(task.state);
}

/** When no host may enter `applying`, those on their way there go back to `pending`, so that none stays cordoned through a pause (R3, R6). */
export function release(pass: Pass, task: HostTask): HostTransition | undefined {
  if (!isUntouched(task) || pass.rules.mayBegin(pass)) return undefined;
  return moveHost(pass, task, 'pending', { cordoned: isHeld(pass, task) });
}
