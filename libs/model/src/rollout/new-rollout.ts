import type { RolloutPlan } from './plan-rollout.ts';
import type { RolloutSnapshot } from './rollout.ts';
import type { Strategy } from './strategy.ts';

/** A rollout as its plan was stored: `planned`, nothing begun. */
export function newRollout(input: { id: string; target: string; strategy: Strategy; strict: boolean; plan: RolloutPlan; now: number }): RolloutSnapshot {
  const { id, target, strategy, strict, plan } = input;
  const rollout = { id, target, strategy, strict, state: 'planned' as const, stateAtMs: input.now, reason: null, planned: plan.planned, approvedBy: null, approvedWave: 0, supersededBy: null, rollback: null };
  return { rollout, waves: plan.waves, tasks: plan.tasks, joining: [] };
}
