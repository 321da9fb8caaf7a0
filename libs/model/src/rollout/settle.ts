import { moveHost, type HostTransition } from './move-host.ts';
import type { Pass } from './pass.ts';
import type { HostState, HostTask } from './rollout.ts';

/** A host's attempt comes to its result: whichever it is, the host is not left cordoned by the rollout (R6). */
export function settle(pass: Pass, task: HostTask, to: HostState, set: Partial<Pick<HostTask, 'skipped' | 'failure' | 'error' | 'touched' | 'disturbed' | 'catchUp' | 'resultAtMs'>> = {}): HostTransition {
  return moveHost(pass, task, to, { resultAtMs: pass.now, cordoned: false, ...set });
}
