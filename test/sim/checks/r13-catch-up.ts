import type { Check } from './check-written.ts';
import type { Written } from '../world.ts';
import { hostMoves, type HostMove } from './moves.ts';

/** R13: under catch-up, being away at one's turn is no failure, and whoever catches up is kept from new instances until it is there. */
export const r13: Check = (written) => hostMoves(written).map((move) => lostAtTurn(written, move) ?? notHeld(written, move)).find((one) => one !== undefined);

function lostAtTurn({ before, now }: Written, { task, to }: HostMove): { what: string; hostId: string } | undefined {
  const { offline, health } = before.rollout.strategy;
  const untouched = ['pending', 'assigned', 'precheck', 'staging', 'cordoned', 'draining'].includes(task.state);
  if (offline.policy !== 'catch-up' || !untouched || to.to !== 'lost' || now - task.assignedAtMs >= health.hostDeadlineMs) return undefined;
  return { what: 'counts as lost, for it was away at its turn', hostId: task.hostId };
}

function notHeld({ before }: Written, { task, to }: HostMove): { what: string; hostId: string } | undefined {
  const cordoned = to.set.cordoned ?? task.cordoned;
  const onItsWay = ['assigned', 'precheck', 'staging', 'applying'].includes(to.to);
  return task.catchUp && onItsWay && !cordoned ? { what: `catches up in ${to.to} and may take new instances in ${before.rollout.id}`, hostId: task.hostId } : undefined;
}
