import { newTask } from './new-task.ts';
import type { Pass } from './pass.ts';
import type { RolloutTransition } from './rollout.ts';

/** Hosts that match the selector only now go into the last wave, whose planned size stays as it was. Those that are blocked stay out until they are not; those that a newer rollout has stay with it (R9). */
export function admitJoining(pass: Pass): RolloutTransition[] {
  const last = pass.waves.at(-1);
  if (pass.rollout.state !== 'running' || !pass.rollout.strategy.lateJoiners || last === undefined) return [];
  return pass.joining
    .filter((host) => !host.excluded && host.facts.takenBy === null && host.facts.appliedHash !== pass.rollout.target && pass.rules.blocker(host.facts) === undefined)
    .map((host) => ({ of: 'joined', hostId: host.hostId, from: null, to: 'pending', task: { ...newTask(host, last.index, null), stateAtMs: pass.now } }));
}
