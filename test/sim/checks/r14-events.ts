import type { HostState, RolloutState, RolloutTransition, WaveState } from '@novadock/model';
import type { Check } from './check-written.ts';
import type { Written } from '../world.ts';

const away: HostState[] = ['pending', 'skipped', 'lost', 'timed_out'];

/** The arrows of the diagram in docs/rollouts.md. */
const hostArrows: Record<HostState, HostState[]> = {
  pending: ['assigned', 'skipped', 'lost', 'reverting', 'revert_failed'],
  assigned: ['precheck', ...away],
  precheck: ['staging', 'failed', ...away],
  staging: ['cordoned', 'draining', 'applying', 'failed', ...away],
  cordoned: ['applying', 'failed', ...away],
  draining: ['applying', 'failed', ...away],
  applying: ['restarting', 'verifying', 'failed', 'timed_out', 'lost'],
  restarting: ['verifying', 'failed', 'timed_out', 'lost'],
  verifying: ['healthy', 'failed', 'timed_out', 'lost'],
  healthy: ['failed', 'lost', 'reverting', 'revert_failed'],
  failed: ['reverting', 'pending'],
  reverting: ['reverted', 'revert_failed'],
  reverted: ['pending'],
  revert_failed: ['pending', 'reverting'],
  skipped: ['pending', 'reverting', 'revert_failed'],
  timed_out: ['pending', 'reverting', 'revert_failed'],
  lost: ['pending', 'reverting', 'revert_failed'],
};

const open: RolloutState[] = ['paused', 'succeeded', 'failed', 'aborted', 'superseded', 'rolling_back'];
const rolloutArrows: Record<RolloutState, RolloutState[]> = {
  draft: ['planned', 'aborted', 'superseded'],
  planned: ['awaiting_approval', 'running', 'aborted', 'superseded'],
  awaiting_approval: ['running', 'aborted', 'superseded'],
  running: open,
  paused: ['running', ...open],
  succeeded: ['rolling_back', 'running', 'aborted'],
  failed: ['rolling_back', 'running'],
  aborted: ['rolling_back'],
  superseded: [],
  rolling_back: ['rollback_paused', 'rolled_back', 'aborted'],
  rollback_paused: ['rolling_back', 'aborted'],
  rolled_back: [],
};
const waveArrows: Record<WaveState, WaveState[]> = { pending: ['running'], running: ['baking', 'done'], baking: ['running', 'done'], done: [] };

/** R14: one event per change, from the state before it, along an arrow of the diagram; what it does not tell has not changed. */
export const r14: Check = (written) => {
  const seen = new Set<string>();
  for (const transition of written.transitions) {
    const name = subject(transition);
    if (seen.has(name)) return { what: `${name} changes twice in one step` };
    seen.add(name);
    const wrong = wrongArrow(written, transition);
    if (wrong !== undefined) return { what: `${name}: ${wrong}` };
  }
  return written.transitions.length === 0 ? { what: 'a step without a change' } : undefined;
};

function subject(transition: RolloutTransition): string {
  if (transition.of === 'rollout') return 'rollout';
  return transition.of === 'wave' ? `wave ${transition.wave}` : transition.hostId;
}

function wrongArrow({ before }: Written, transition: RolloutTransition): string | undefined {
  if (transition.of === 'joined') return before.tasks.some((task) => task.hostId === transition.hostId) ? 'joins twice' : undefined;
  const [was, arrows] = current(before, transition);
  if (was !== transition.from) return `the event says it was ${transition.from}, it was ${was ?? 'not there'}`;
  if (transition.to !== transition.from && transition.set.state !== transition.to) return `the event says ${transition.to}, the row ${transition.set.state ?? was}`;
  return transition.from === transition.to || arrows.includes(transition.to) ? undefined : `${transition.from} → ${transition.to} is no arrow of the diagram`;
}

function current(before: Written['before'], transition: Exclude<RolloutTransition, { of: 'joined' }>): [string | undefined, readonly string[]] {
  if (transition.of === 'rollout') return [before.rollout.state, rolloutArrows[transition.from]];
  if (transition.of === 'wave') return [before.waves[transition.wave]?.state, waveArrows[transition.from]];
  return [before.tasks.find((task) => task.hostId === transition.hostId)?.state, hostArrows[transition.from]];
}
