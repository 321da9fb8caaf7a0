import { moveHost } from './move-host.ts';
import { moveRollout, moveWave } from './move-rollout.ts';
import type { Pass } from './pass.ts';
import type { HostTask, RolloutTransition, Wave } from './rollout.ts';

/** Turns at which nothing is done to a host, nor later. */
const leftAlone: readonly string[] = ['already', 'excluded'];

/** What follows for the newest wave, and from the end of it: bake, gate, the next wave, or the rollout's end. */
export function waveStep(pass: Pass): RolloutTransition[] {
  const wave = pass.waves[pass.wave];
  if (openUpTo(pass) > 0) return wave?.state === 'baking' ? [moveWave(wave, pass.now, 'running')] : [];
  if (wave === undefined || wave.state === 'done') return nextWave(pass);
  return wave.canary ? canaryStep(pass, wave) : [moveWave(wave, pass.now, 'done')];
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

/** Nothing begins behind a canary that proved nothing. With nobody behind it to be changed, there is nothing to prove. */
function canaryStep(pass: Pass, wave: Wave): RolloutTransition[] {
  if (!isProven(pass, wave)) return pass.tasks.some((task) => isToCome(pass, wave, task)) ? replaceCanary(pass, wave) : [moveWave(wave, pass.now, 'done')];
  if (wave.state === 'baking') return bakeLeftMs(pass) > 0 ? [] : [moveWave(wave, pass.now, 'done')];
  return [moveWave(wave, pass.now, pass.rollout.strategy.canary.bakeMs > 0 ? 'baking' : 'done')];
}

/** A canary came out healthy; or canaries failed, and an operator, or the strategy, lets the rollout go on after that: no others are tried. */
function isProven({ rollout, tasks, tally }: Pass, wave: Wave): boolean {
  if ((tally.waves[wave.index]?.healthy ?? 0) > 0) return true;
  return tasks.some((task) => task.wave === wave.index && task.failure !== null && (task.acknowledged || rollout.strategy.failure.count.includes(task.failure)));
}

/**
 * The next host of the order that could begin now stands in; until there is one, or a canary is back, the rollout waits. A canary that was away, or locked, takes
 * its place, so that there are never more canaries than were planned, however many come back at once.
 */
function replaceCanary(pass: Pass, wave: Wave): RolloutTransition[] {
  if (wave.state === 'baking') return [moveWave(wave, pass.now, 'running')];
  const away = pass.tasks.filter((task) => task.wave === wave.index && task.state === 'skipped' && (task.skipped === 'offline' || task.skipped === 'locked'));
  if (away.some((task) => pass.rules.catchUp(pass, task) !== undefined)) return [];
  const standIn = pass.tasks.find((task) => isToCome(pass, wave, task) && pass.rules.atTurn(pass, task) === 'go');
  if (standIn === undefined) return [];
  return [moveHost(pass, standIn, 'pending', { wave: wave.index }), ...away.slice(0, 1).map((task) => moveHost(pass, task, 'pending', { wave: standIn.wave, skipped: null }))];
}

/** A host of a later wave that is to be changed. */
function isToCome(pass: Pass, wave: Wave, task: HostTask): boolean {
  return task.state === 'pending' && task.wave !== null && task.wave > wave.index && !leftAlone.includes(pass.rules.atTurn(pass, task));
}

function nextWave(pass: Pass): RolloutTransition[] {
  const next = pass.waves[pass.wave + 1];
  const { rollout, now } = pass;
  if (next === undefined) return [moveRollout(rollout, now, pass.rules.limitExceeded(pass) === undefined ? 'succeeded' : 'failed')];
  const gated = rollout.strategy.approval === 'between-waves' && next.index > 0 && rollout.approvedWave < next.index;
  return gated ? [moveRollout(rollout, now, 'paused', 'gate')] : [moveWave(next, now, 'running')];
}
