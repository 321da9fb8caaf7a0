import type { RolloutSnapshot, RolloutTransition } from '@novadock/model';

/** How long a host was in a state that it left. */
export type TimeInState = { state: string; seconds: number };

/** Of each host that a rollout moved on at `now` from where `before` has it, how long that had taken; what is left at once again is not counted. */
export function timesInStates({ tasks }: RolloutSnapshot, transitions: readonly RolloutTransition[], now: number): TimeInState[] {
  const left = new Map<string, string>();
  for (const transition of transitions) if (transition.of === 'host' && transition.from !== transition.to && !left.has(transition.hostId)) left.set(transition.hostId, transition.from);
  return tasks.flatMap(({ hostId, stateAtMs }) => {
    const state = left.get(hostId);
    return state === undefined ? [] : [{ state, seconds: Math.max(0, now - stateAtMs) / 1000 }];
  });
}
