import type { Check } from './check-written.ts';
import { hostMoves } from './moves.ts';

/** R12, as far as the machine decides it: a host whose agent fell back is not on the target, so it is not healthy; nor is one that was not well for long enough. */
export const r12: Check = (written) => {
  const { rollout } = written.before;
  const { minHealthyMs } = rollout.strategy.health;
  for (const { task, to } of hostMoves(written)) {
    if (to.to !== 'healthy' || task.state === 'healthy') continue;
    const { appliedHash, healthy, healthySinceMs } = task.facts;
    if (appliedHash !== rollout.target) return { what: `is healthy on ${appliedHash}`, hostId: task.hostId };
    if (!healthy || written.now - healthySinceMs < minHealthyMs) return { what: `is healthy after ${(written.now - healthySinceMs) / 1000} s`, hostId: task.hostId };
  }
  return undefined;
};
