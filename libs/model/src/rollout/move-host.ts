import type { HostState, HostTask, RolloutOrder, RolloutTransition, RunStep } from './rollout.ts';
import type { Pass } from './pass.ts';

type Set = Partial<Omit<HostTask, 'hostId' | 'facts' | 'state' | 'stateAtMs'>>;
export type HostTransition = Extract<RolloutTransition, { of: 'host' }>;

/** The transition of a host into a state, with the columns that change with it. */
export function moveHost(pass: Pick<Pass, 'now'>, task: HostTask, to: HostState, set: Set = {}): HostTransition {
  const since = to === task.state ? {} : { state: to, stateAtMs: pass.now };
  return { of: 'host', hostId: task.hostId, from: task.state, to, set: { ...since, ...set } };
}

/** The same, with an order for the host's agent under its owner's newest epoch (R2). */
export function orderHost(pass: Pick<Pass, 'now' | 'rollout'>, task: HostTask, to: HostState, step: RunStep, set: Set = {}): HostTransition {
  const { epoch } = task.facts;
  const snapshot = step === 'applying' || step === 'reverting' ? set.previous ?? task.previous : null;
  const order: RolloutOrder = { step, attempt: set.attempt ?? task.attempt, epoch, target: pass.rollout.target, snapshot };
  return { ...moveHost(pass, task, to, { ...set, epoch }), order };
}
