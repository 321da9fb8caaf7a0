import { unexplained } from './run-ended.ts';
import { moveHost, orderHost, type HostTransition } from './move-host.ts';
import type { Pass } from './pass.ts';
import { phaseOf } from './phase-of.ts';
import type { HostState, HostTask, RunStep, TaskError } from './rollout.ts';

type HostRule = (pass: Pass, task: HostTask) => HostTransition | undefined;

const rules: Partial<Record<HostState, HostRule>> = {
  assigned: (pass, task) => orderHost(pass, task, 'precheck', 'precheck'),
  precheck: (pass, task) => afterCheck(pass, task, 'precheck') ?? (pass.rules.readReport(task, 'precheck') === undefined ? undefined : orderHost(pass, task, 'staging', 'staging')),
  staging: (pass, task) => afterCheck(pass, task, 'staging'),
  draining: notDrained,
  applying: applied,
  restarting: applied,
  verifying: (pass, task) => pass.rules.lateDisturbance(pass, task) ?? (pass.rules.verified(pass, task) ? pass.rules.settle(pass, task, 'healthy', { catchUp: false }) : undefined),
  failed: revert,
  reverting: reverted,
};

/** What follows for a host from what is known of it. It begins nothing: that is for begin-hosts. */
export function hostStep(pass: Pass, task: HostTask): HostTransition | undefined {
  if (task.state === 'healthy') return wentBad(pass, task);
  if (phaseOf(task) !== 'inFlight') return undefined;
  return pass.rules.release(pass, task) ?? rules[task.state]?.(pass, task) ?? pass.rules.renewOrder(pass, task) ?? pass.rules.giveUp(pass, task);
}

/** A precheck or a staging that failed: nothing was changed on the host. */
function afterCheck(pass: Pass, task: HostTask, step: RunStep): HostTransition | undefined {
  const report = pass.rules.readReport(task, step);
  return report === undefined || report.ok ? undefined : fail(pass, task, report.error ?? unexplained(task));
}

function fail(pass: Pass, task: HostTask, error: TaskError): HostTransition {
  // What an earlier attempt changed is still there to be taken back.
  if (task.touched) return moveHost(pass, task, 'failed', { failure: 'failed', error, resultAtMs: pass.now });
  return pass.rules.settle(pass, task, 'failed', { failure: 'failed', error });
}

function notDrained(pass: Pass, task: HostTask): HostTransition | undefined {
  if (task.facts.instances === 0 || pass.now - task.stateAtMs < pass.rollout.strategy.drain.timeoutMs) return undefined;
  const { instances } = task.facts;
  const message = `${instances} ${instances === 1 ? 'instance was' : 'instances were'} still on it at the end of the drain. Stop or delete them, then retry.`;
  return fail(pass, task, { code: 'DRAIN_TIMEOUT', step: 'draining', message, logTail: '' });
}

function applied(pass: Pass, task: HostTask): HostTransition | undefined {
  const report = pass.rules.readReport(task, 'applying');
  if (report !== undefined) return pass.rules.runEnded(pass, task, report);
  return task.state === 'applying' && task.facts.restarting ? moveHost(pass, task, 'restarting') : undefined;
}

/** Back to the host's own snapshot, unless its agent has done that already. */
function revert(pass: Pass, task: HostTask): HostTransition {
  return pass.rules.readReport(task, 'applying')?.reverted === true ? moveHost(pass, task, 'reverting') : orderHost(pass, task, 'reverting', 'reverting');
}

function reverted(pass: Pass, task: HostTask): HostTransition | undefined {
  const { resultAtMs } = task;
  if (pass.rules.readReport(task, 'applying')?.reverted === true) return pass.rules.settle(pass, task, 'reverted', { touched: false, resultAtMs });
  const report = pass.rules.readReport(task, 'reverting');
  if (report === undefined) return undefined;
  const disturbed = task.disturbed + report.disturbed;
  if (report.ok) return pass.rules.settle(pass, task, 'reverted', { touched: false, resultAtMs, disturbed });
  return pass.rules.settle(pass, task, 'revert_failed', { failure: task.failure ?? 'failed', error: report.error ?? unexplained(task), resultAtMs, disturbed });
}

/** A canary that goes bad while its wave bakes has failed: that is what the bake is for. What a newer rollout does to it is not to be blamed on this one (R9). */
function wentBad(pass: Pass, task: HostTask): HostTransition | undefined {
  const { state } = pass.rollout;
  if (pass.waves[task.wave ?? -1]?.state !== 'baking' || (state !== 'running' && state !== 'paused')) return undefined;
  const { online, onlineSinceMs, healthy, healthySinceMs, takenBy } = task.facts;
  if (takenBy !== null) return undefined;
  const bad = pass.rollout.strategy.health.minHealthyMs;
  const message = 'It came out healthy and went bad while the canary was watched. Look at its log.';
  if (!online) return pass.now - onlineSinceMs < bad ? undefined : pass.rules.settle(pass, task, 'lost', { failure: 'lost', error: { code: 'HOST_LOST', step: 'baking', message, logTail: '' } });
  if (healthy || pass.now - healthySinceMs < bad) return undefined;
  return moveHost(pass, task, 'failed', { failure: 'failed', error: { code: 'WENT_UNHEALTHY', step: 'baking', message, logTail: '' }, resultAtMs: pass.now, cordoned: pass.rollout.strategy.drain.mode !== 'none' });
}
