import type { Rollout, RolloutReason, RolloutState, RolloutTransition, Wave, WaveState } from './rollout.ts';

/** The transition of a rollout into a state; `reason` is null unless given. */
export function moveRollout(rollout: Rollout, now: number, to: RolloutState, reason: RolloutReason | null = null, set: Partial<Rollout> = {}): RolloutTransition {
  return { of: 'rollout', from: rollout.state, to, set: { state: to, stateAtMs: now, reason, ...set } };
}

/** The transition of a wave into a state. */
export function moveWave(wave: Wave, now: number, to: WaveState): RolloutTransition {
  return { of: 'wave', wave: wave.index, from: wave.state, to, set: { state: to, stateAtMs: now } };
}
