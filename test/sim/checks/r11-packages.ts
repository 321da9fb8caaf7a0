import type { Check } from './check-written.ts';
import { hostMoves } from './moves.ts';

/** R11, as far as the machine decides it: every order names the planned revision, and no host changes whose packages cannot be resolved. */
export const r11: Check = (written) => {
  for (const { task, to } of hostMoves(written)) {
    if (to.order !== undefined && to.order.target !== written.before.rollout.target) return { what: `is ordered to ${to.order.target}`, hostId: task.hostId };
    if (to.to === 'applying' && to.from !== 'applying' && task.facts.unresolvable !== null) return { what: `enters applying: ${task.facts.unresolvable}`, hostId: task.hostId };
  }
  return undefined;
};
