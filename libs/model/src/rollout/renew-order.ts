import { orderHost, type HostTransition } from './move-host.ts';
import type { Pass } from './pass.ts';
import type { HostState, HostTask, RunStep } from './rollout.ts';

const outstanding: Partial<Record<HostState, RunStep>> = { precheck: 'precheck', staging: 'staging', applying: 'applying', restarting: 'applying', reverting: 'reverting' };

/** After another replica took the host over, the agent refuses the old epoch: the same order, of the same attempt, is given under the new one (R2). */
export function renewOrder(pass: Pass, task: HostTask): HostTransition | undefined {
  const step = outstanding[task.state];
  if (step === undefined || task.facts.epoch <= task.epoch || pass.rules.readReport(task, step) !== undefined) return undefined;
  return orderHost(pass, task, task.state, step);
}
