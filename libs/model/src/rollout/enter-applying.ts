import { moveHost, orderHost, type HostTransition } from './move-host.ts';
import type { Pass } from './pass.ts';
import type { HostTask } from './rollout.ts';

/** The next step of a host that is staged: cordon or drain as the strategy says, then `applying`; or the failure that keeps it from that. */
export function enterApplying(pass: Pass, task: HostTask): HostTransition | undefined {
  if (!isReady(pass, task)) return undefined;
  const { drain } = pass.rollout.strategy;
  const blocks = pass.rules.blocker(task.facts);
  if (blocks !== undefined) return pass.rules.settle(pass, task, 'failed', { failure: 'failed', error: { code: blocks.code, step: 'precheck', message: blocks.why, logTail: '' } });
  if (task.state === 'staging' && drain.mode !== 'none') return moveHost(pass, task, drain.mode === 'drain' ? 'draining' : 'cordoned', { cordoned: true });
  // R7: the snapshot to return to is the one from before this rollout, also after a second attempt.
  return orderHost(pass, task, 'applying', 'applying', { touched: true, previous: task.touched ? task.previous : task.facts.appliedHash });
}

function isReady(pass: Pass, task: HostTask): boolean {
  if (task.state === 'staging') return pass.rules.readReport(task, 'staging')?.ok === true;
  return task.state === 'cordoned' || (task.state === 'draining' && task.facts.instances === 0);
}
