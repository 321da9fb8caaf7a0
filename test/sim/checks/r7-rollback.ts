import type { World, Written } from '../world.ts';
import type { Check } from './check-written.ts';
import { begun, hostMoves, part } from './moves.ts';

/** R7: a reverted host is on its own snapshot; a rollback keeps its own limit, waits for all it can reach and no newer one has, and is not rolled back. */
export const r7: Check = (written, world) => notOwnSnapshot(written, world) ?? otherSnapshot(written, world) ?? rolledBackAgain(written) ?? beyondItsLimit(written) ?? endsTooEarly(written);

function notOwnSnapshot(written: Written, world: World): { what: string; hostId: string } | undefined {
  for (const { task, to } of hostMoves(written)) {
    if (to.to !== 'reverted' || task.state === 'reverted') continue;
    const host = world.byId.get(task.hostId)!;
    const original = host.original.get(written.rolloutId);
    host.original.delete(written.rolloutId);
    if (original !== undefined && host.hash !== original) return { what: `is reverted, but on ${host.hash} instead of ${original}`, hostId: task.hostId };
  }
  return undefined;
}

/** A host that was touched before is to return to where it was before that. */
function otherSnapshot(written: Written, world: World): { what: string; hostId: string } | undefined {
  for (const { task, to } of hostMoves(written)) {
    const original = world.byId.get(task.hostId)!.original.get(written.rolloutId);
    if (to.order === undefined || to.order.snapshot === null || original === undefined || !task.touched) continue;
    if (to.order.snapshot !== original) return { what: `would return to ${to.order.snapshot}, but was on ${original}`, hostId: task.hostId };
  }
  return undefined;
}

function rolledBackAgain({ transitions, command }: Written): { what: string } | undefined {
  const move = transitions.find((one) => one.of === 'rollout' && one.from !== one.to && (one.from === 'rolling_back' || one.from === 'rollback_paused' || one.from === 'rolled_back'));
  if (move === undefined || ['rollback_paused', 'rolled_back', 'aborted'].includes(move.to)) return undefined;
  return move.from === 'rollback_paused' && move.to === 'rolling_back' && command === 'resume' ? undefined : { what: `the rollback goes from ${move.from} to ${move.to}` };
}

function beyondItsLimit(written: Written): { what: string; hostId: string } | undefined {
  const { rollout, tasks } = written.before;
  const [first] = begun(written);
  if (first === undefined || rollout.state !== 'rolling_back') return undefined;
  const failed = tasks.filter((task) => task.state === 'revert_failed' && task.stateAtMs >= rollout.stateAtMs).length;
  const allowed = part(rollout.strategy.failure.max, rollout.rollback?.size ?? 0);
  return failed > allowed ? { what: `is begun although ${failed} could not be reverted, ${allowed} may`, hostId: first.task.hostId } : undefined;
}

function endsTooEarly({ transitions, before }: Written): { what: string; hostId: string } | undefined {
  if (!transitions.some((one) => one.of === 'rollout' && one.to === 'rolled_back' && one.from === 'rolling_back')) return undefined;
  const { rollback, strategy } = before.rollout;
  const left = before.tasks.find((task) => {
    const asked = rollback?.scope === 'touched' || (rollback?.scope === 'failed' ? task.failure !== null : rollback?.scope.hosts.includes(task.hostId));
    const reachable = task.facts.online && !(task.facts.locked && strategy.locks === 'honour');
    return task.touched && asked === true && reachable && task.state !== 'revert_failed' && task.facts.takenBy === null;
  });
  return left === undefined ? undefined : { what: `is ${left.state} and not reverted when the rollout is rolled back`, hostId: left.hostId };
}
