import type { HostTransition } from './move-host.ts';
import type { Pass } from './pass.ts';
import type { HostTask } from './rollout.ts';
import { disturbedUnasked } from './run-ended.ts';

/** What died after the run had ended, while the host was verified, was disturbed all the same (R8). */
export function lateDisturbance(pass: Pass, task: HostTask): HostTransition | undefined {
  return disturbedUnasked(pass, task, pass.rules.readReport(task, 'applying')?.disturbed ?? 0);
}
