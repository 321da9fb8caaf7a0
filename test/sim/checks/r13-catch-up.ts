import type { Check } from './check-written.ts';
import { hostMoves } from './moves.ts';

/** R13: under catch-up, being away at one's turn is no failure, and whoever catches up is kept from new instances until it is there. */
export const r13: Check = (written) => {
  const { offline, drain } = written.before.rollout.strategy;
  for (const { task, to } of hostMoves(written)) {
    const untouched = ['pending', 'assigned', 'precheck', 'staging', 'cordoned', 'draining'].includes(task.state);
    if (offline.policy === 'catch-up' && untouched && to.to === 'lost' && written.now - task.assignedAtMs < written.before.rollout.strategy.health.hostDeadlineMs) return { what: 'counts as lost, for it was away at its turn', hostId: task.hostId };
    const cordoned = to.set.cordoned ?? task.cordoned;
    const onItsWay = to.to === 'assigned' || to.to === 'precheck' || to.to === 'staging' || (drain.mode !== 'none' && to.to === 'applying');
    if (task.catchUp && onItsWay && !cordoned) return { what: `catches up in ${to.to} and may take new instances`, hostId: task.hostId };
  }
  return undefined;
};
