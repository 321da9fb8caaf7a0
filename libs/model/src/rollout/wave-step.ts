import { moveHost } from './move-host.ts';
import { moveRollout, moveWave } from './move-rollout.ts';
import type { Pass } from './pass.ts';
import type { RolloutTransition, Wave } from './rollout.ts';

/** What follows for the newest wave, and from the end of it: bake, gate, the next wave, or the rollout's end. */
export function waveStep(pass: Pass): RolloutTransition[] {
  const wave = pass.waves[pass.wave];
  if (wave?.state === 'baking' && openUpTo(pass) > 0) return [moveWave(wave, pass.now, 'running')];
  if (openUpTo(pass) > 0) return [];
  if (wave === undefined || wave.state === 'done') return nextWave(pass);
  if (wave.state === 'baking') return bakeLeftMs(pass) > 0 ? [] : [moveWave(wave, pass.now, 'done')];
  return wave.canary ? endCanary(pass, wave) : [moveWave(wave, pass.now, 'done')];
}

/** How long the canary is still to be watched. */
export function bakeLeftMs({ rollout, waves, wave, now }: Pass): number {
  const current = waves[wave];
  return current?.state === 'baking' ? Math.max(0, current.stateAtMs + rollout.strategy.canary.bakeMs - now) : 0;
}

/** Hosts of the waves that have begun which are not at their result. */
function openUpTo({ tally, wave }: Pass): number {
  return tally.waves.slice(0, wave + 1).reduce((sum, one) => sum + one.open, 0);
}

/** A canary that was skipped proved nothing: the next host of the order stands in for it. */
function endCanary(pass: Pass, wave: Wave): RolloutTransition[] {
  const standIn = (pass.tally.waves[wave.index]?.healthy ?? 0) > 0 ? undefined : pass.tasks.find((task) => task.state === 'pending' && task.wave !== null && task.wave > wave.index);
  if (standIn !== undefined && !failed(pass, wave)) return [moveHost(pass, standIn, 'pending', { wave: wave.index })];
  return [moveWave(wave, pass.now, pass.rollout.strategy.canary.bakeMs > 0 ? 'baking' : 'done')];
}

/** Canaries failed, and an operator has let the rollout go on after that: no others are tried. */
function failed(pass: Pass, wave: Wave): boolean {
  return pass.tasks.some((task) => task.wave === wave.index && task.failure !== null);
}

function nextWave(pass: Pass): RolloutTransition[] {
  const next = pass.waves[pass.wave + 1];
  const { rollout, now } = pass;
  if (next === undefined) return [moveRollout(rollout, now, pass.rules.limitExceeded(pass) === undefined ? 'succeeded' : 'failed')];
  const gated = rollout.strategy.approval === 'between-waves' && next.index > 0 && rollout.approvedWave < next.index;
  return gated ? [moveRollout(rollout, now, 'paused', 'gate')] : [moveWave(next, now, 'running')];
}
