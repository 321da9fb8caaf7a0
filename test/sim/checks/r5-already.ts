import type { Check } from './check-written.ts';
import { hostMoves } from './moves.ts';

/** R5: nothing is begun on a host that is on the target already. */
export const r5: Check = (written) => {
  const move = hostMoves(written).find(({ task, to }) => (to.to === 'assigned' || (to.to === 'applying' && to.from !== 'applying')) && task.facts.appliedHash === written.before.rollout.target);
  return move === undefined ? undefined : { what: `enters ${move.to.to}, and is on the target`, hostId: move.task.hostId };
};
