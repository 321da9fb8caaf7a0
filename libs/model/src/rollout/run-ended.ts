import { moveHost, type HostTransition } from './move-host.ts';
import type { Pass } from './pass.ts';
import type { HostTask, StepReport, TaskError } from './rollout.ts';

/** The run that applies has ended: well, or not, which it is also when it disturbed instances unasked (R8). */
export function runEnded(pass: Pass, task: HostTask, report: StepReport): HostTransition {
  const { disturbed } = report;
  if (!report.ok) return moveHost(pass, task, 'failed', { failure: 'failed', error: report.error ?? unexplained(task), disturbed, resultAtMs: pass.now });
  return disturbedUnasked(pass, task, disturbed) ?? moveHost(pass, task, 'verifying', { disturbed });
}

/** The failure of a host on which instances were disturbed that nobody asked to be moved away. */
export function disturbedUnasked(pass: Pass, task: HostTask, disturbed: number): HostTransition | undefined {
  if (disturbed === 0 || pass.rollout.strategy.drain.mode === 'drain') return undefined;
  return moveHost(pass, task, 'failed', { failure: 'failed', error: disturbedError(task, disturbed), disturbed, resultAtMs: pass.now });
}

function disturbedError({ state }: HostTask, disturbed: number): TaskError {
  return { code: 'INSTANCES_DISTURBED', step: state, message: `${disturbed} of its instances are not the same containers as before. See their events.`, logTail: '' };
}

/** For an agent that says no more than that it failed. */
export function unexplained({ state }: HostTask): TaskError {
  return { code: 'UNEXPLAINED', step: state, message: 'The host gave no reason. Look at its log.', logTail: '' };
}
