import type { HostTask, RunStep, StepReport } from './rollout.ts';

/** What the agent reported of a step; a report of an earlier attempt, come late, says nothing of this one (R2). */
export function readReport(task: HostTask, step: RunStep): StepReport | undefined {
  const report = task.facts.reports[step];
  return report?.attempt === task.attempt ? report : undefined;
}
