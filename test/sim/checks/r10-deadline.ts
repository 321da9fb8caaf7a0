import type { Check } from './check-written.ts';
import { hostMoves, type HostMove } from './moves.ts';
import type { Written } from '../world.ts';

/** R10: a host that works, or reboots meanwhile, is waited for until its deadline. */
export const r10: Check = (written) => hostMoves(written).map((move) => tooEarly(written, move)).find((one) => one !== undefined);

function tooEarly({ before, now }: Written, { task, to }: HostMove): { what: string; hostId: string } | undefined {
  const { health, offline } = before.rollout.strategy;
  if ((to.to !== 'timed_out' && to.to !== 'lost') || to.to === task.state) return undefined;
  if (to.to === 'lost' && offline.policy === 'fail' && !task.facts.online && ['pending', 'assigned', 'precheck', 'staging', 'cordoned', 'draining'].includes(task.state)) return undefined;
  if (task.state === 'healthy') return now - task.facts.onlineSinceMs >= health.minHealthyMs ? undefined : { what: 'is lost at once while its canary is watched', hostId: task.hostId };
  const ms = now - task.assignedAtMs;
  return ms < health.hostDeadlineMs ? { what: `is ${to.to} after ${ms / 1000} s, its deadline is ${health.hostDeadlineMs / 1000} s`, hostId: task.hostId } : undefined;
}
