import type { HostTask, RolloutTransition } from '@novadock/model';
import type { Written } from '../world.ts';

export type HostMove = { task: HostTask; to: Extract<RolloutTransition, { of: 'host' }> };

/** The hosts that moved in a step, each as it was before. */
export function hostMoves({ before, transitions }: Written): HostMove[] {
  const tasks = new Map(before.tasks.map((task) => [task.hostId, task]));
  return transitions.flatMap((to) => {
    const task = to.of === 'host' ? tasks.get(to.hostId) : undefined;
    return to.of === 'host' && task !== undefined ? [{ task, to }] : [];
  });
}

/** The hosts that a step begins: forwards, or backwards by a rollback. */
export function begun(written: Written): HostMove[] {
  return hostMoves(written).filter(({ task, to }) => to.to === 'assigned' || (to.to === 'reverting' && task.state !== 'reverting' && task.state !== 'failed'));
}

/** So many hosts of `total`, rounded down; written out here, so that the checks do not rest on the machine's arithmetic. */
export function part(share: { count: number } | { basisPoints: number }, total: number): number {
  return 'count' in share ? share.count : Math.floor((share.basisPoints * total) / 10_000);
}

/** Failures of a rollout that count, by its rows. */
export function failures({ before }: Written): HostTask[] {
  const { count } = before.rollout.strategy.failure;
  return before.tasks.filter((task) => task.failure !== null && !task.acknowledged && count.includes(task.failure));
}
