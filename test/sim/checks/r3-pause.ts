import type { Check } from './check-written.ts';
import { hostMoves } from './moves.ts';

/** R3: unless the rollout runs, and its window is open, no host is begun or enters `applying`. */
export const r3: Check = (written, world) => {
  const { state, strategy } = written.before.rollout;
  const runs = (state === 'running' || state === 'succeeded') && world.isOpen(strategy.window, written.now);
  if (runs) return undefined;
  const move = hostMoves(written).find(({ task, to }) => to.to !== task.state && (to.to === 'assigned' || to.to === 'applying'));
  return move === undefined ? undefined : { what: `enters ${move.to.to} while the rollout is ${state} (${written.before.rollout.reason ?? ''})`, hostId: move.task.hostId };
};
