import type { HostTask, RolloutSnapshot, RolloutTransition } from './rollout.ts';

/** The snapshot after the transitions. Joining hosts that were taken in have their task at the end. */
export function applyTransitions(snapshot: RolloutSnapshot, transitions: readonly RolloutTransition[]): RolloutSnapshot {
  let { rollout, waves, tasks, joining } = snapshot;
  const sets = new Map<string, Partial<HostTask>>();
  const joined: HostTask[] = [];
  for (const transition of transitions) {
    if (transition.of === 'rollout') rollout = { ...rollout, ...transition.set };
    else if (transition.of === 'wave') waves = waves.map((wave) => (wave.index === transition.wave ? { ...wave, ...transition.set } : wave));
    else if (transition.of === 'host') sets.set(transition.hostId, { ...sets.get(transition.hostId), ...transition.set });
    else joined.push(transition.task);
  }
  if (sets.size > 0) tasks = changeTasks(tasks, sets);
  if (joined.length > 0) {
    const ids = new Set(joined.map((task) => task.hostId));
    tasks = [...tasks, ...joined];
    joining = joining.filter((host) => !ids.has(host.hostId));
  }
  return { rollout, waves, tasks, joining };
}

function changeTasks(tasks: readonly HostTask[], sets: ReadonlyMap<string, Partial<HostTask>>): HostTask[] {
  return tasks.map((task) => {
    const set = sets.get(task.hostId);
    return set === undefined ? task : { ...task, ...set };
  });
}
