import { takenBy, type World, type Written } from '../world.ts';
import type { Check } from './check-written.ts';
import { begun, hostMoves } from './moves.ts';

const running = ['applying', 'restarting', 'verifying'];

/** R9: a superseded rollout begins nothing, nor does another one what a newer rollout has; hosts that run finish; the history is kept. */
export const r9: Check = (written, world) => {
  const { before, after, transitions } = written;
  const [first] = begun(written);
  if (first !== undefined && before.rollout.supersededBy !== null) return { what: `is begun although ${before.rollout.supersededBy} supersedes the rollout`, hostId: first.task.hostId };
  const left = hostMoves(written).find(({ task, to }) => task.state === 'pending' && to.to !== 'pending');
  if (left !== undefined && before.rollout.supersededBy !== null) return { what: `is moved to ${left.to.to} by a rollout that ${before.rollout.supersededBy} supersedes`, hostId: left.task.hostId };
  const undone = takenFrom(written, world);
  if (undone !== undefined) return undone;
  const stopped = hostMoves(written).find(({ task, to }) => running.includes(task.state) && (to.to === 'pending' || to.to === 'skipped'));
  if (stopped !== undefined) return { what: `goes from ${stopped.task.state} back to ${stopped.to.to}`, hostId: stopped.task.hostId };
  const kept = new Set(after.tasks.map((task) => task.hostId));
  const gone = before.tasks.find((task) => !kept.has(task.hostId));
  if (gone !== undefined) return { what: 'is gone from the history', hostId: gone.hostId };
  return before.rollout.state === 'superseded' && transitions.some((one) => one.of === 'rollout') ? { what: 'a superseded rollout changes its state' } : undefined;
};

/** An older rollout would bring a host back, forwards or backwards, from where a newer one brings it. */
function takenFrom(written: Written, world: World): { what: string; hostId: string } | undefined {
  for (const { task, to } of begun(written)) {
    const newer = takenBy(world, { id: task.hostId }, written.rolloutId);
    if (newer !== null) return { what: `goes from ${task.state} to ${to.to}, and ${newer} has it since`, hostId: task.hostId };
  }
  return undefined;
}
