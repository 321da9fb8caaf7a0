import type { RolloutRules } from './rollout-rules.ts';
import type { HostTask, RolloutSnapshot } from './rollout.ts';
import { tallyTasks, type Tally } from './tally-tasks.ts';

/** One look at a rollout: what the rules decide on. */
export type Pass = RolloutSnapshot & {
  now: number;
  rules: RolloutRules;
  /** The maintenance window is open, or there is none. */
  open: boolean;
  /** The newest wave that has begun; -1: none has. */
  wave: number;
  tally: Tally;
};

/** Takes that look: one cheap walk over the tasks, on which all decisions of a step rest. */
export function lookAt(snapshot: RolloutSnapshot, now: number, rules: RolloutRules): Pass {
  const { rollout, waves } = snapshot;
  const { window } = rollout.strategy;
  const wave = waves.findLastIndex((one) => one.state !== 'pending');
  return { ...snapshot, now, rules, open: window === undefined || rules.windowOpen(window, now), wave, tally: tallyTasks(snapshot, now, rules) };
}

/** Has the host of the task its turn in the waves that have begun? */
export function hasBegun(pass: Pass, task: HostTask): boolean {
  return task.wave !== null && task.wave <= pass.wave;
}
