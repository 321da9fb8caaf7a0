import { advanceFully, commandRollout, newRollout, planRollout, rolloutRules, applyTransitions, type HostTask } from '@novadock/model';
import { beginsOrRuns, factsOf, takenBy, violate, type StoredRollout, type World } from '../world.ts';

const ended = ['succeeded', 'failed', 'aborted', 'superseded', 'rolled_back'];

/** What must hold at the end of a history, when all has been well for long: everything came to its end, and the events tell the whole story. */
export function checkEnd(world: World): void {
  for (const stored of world.rollouts.values()) {
    const { rollout, tasks } = stored.snapshot;
    const on = { rolloutId: stored.id };
    if (!ended.includes(rollout.state)) violate(world, 'R10', `the rollout is still ${rollout.state} (${rollout.reason ?? ''})`, on);
    for (const task of tasks) {
      if (beginsOrRuns(task)) violate(world, 'R10', `is still ${task.state} at the end`, { ...on, hostId: task.hostId });
      else if (isUndone(world, stored, task)) violate(world, 'R9', 'is not where the last rollout that has it brought it', { ...on, hostId: task.hostId });
      else if (isBehind(world, stored, task)) violate(world, 'R13', 'never caught up', { ...on, hostId: task.hostId });
    }
    checkEvents(world, stored);
  }
  checkSecondRun(world);
}

function isUndone(world: World, { id, snapshot }: StoredRollout, { hostId, state }: HostTask): boolean {
  return state === 'healthy' && world.byId.get(hostId)!.hash !== snapshot.rollout.target && takenBy(world, { id: hostId }, id) === null;
}

function isBehind(world: World, stored: StoredRollout, task: HostTask): boolean {
  const { rollout } = stored.snapshot;
  const host = world.byId.get(task.hostId)!;
  const open = world.isOpen(rollout.strategy.window, world.clock.now);
  return rollout.state === 'succeeded' && rollout.supersededBy === null && open && world.rollouts.size === 1 && task.state === 'skipped' && task.skipped === 'offline' && host.hash !== rollout.target;
}

/** R14: the rows follow from the events, without a gap. */
function checkEvents(world: World, stored: StoredRollout): void {
  const states = new Map<string, string>();
  for (const { transition } of stored.events) {
    const subject = transition.of === 'wave' ? `wave ${transition.wave}` : transition.of === 'rollout' ? 'rollout' : transition.hostId;
    const known = states.get(subject);
    if (known !== undefined && known !== transition.from) violate(world, 'R14', `the events of ${subject} have a gap between ${known} and ${transition.from}`, { rolloutId: stored.id });
    states.set(subject, transition.to);
  }
  for (const task of stored.snapshot.tasks) {
    const told = states.get(task.hostId);
    if (told !== undefined && told !== task.state) violate(world, 'R14', `the events end with ${told}, the row says ${task.state}`, { rolloutId: stored.id, hostId: task.hostId });
  }
}

/** R5: the same target once more changes nothing on a host that is there. */
function checkSecondRun(world: World): void {
  const last = [...world.rollouts.values()].at(-1);
  if (last?.snapshot.rollout.state !== 'succeeded') return;
  const { target, strategy } = last.snapshot.rollout;
  const hosts = world.hosts.map((host) => ({ hostId: host.id, name: host.id, zone: host.zone, excluded: false, facts: factsOf(world, host, 'again', 0), changes: [] }));
  const there = new Set(world.hosts.filter((host) => host.hash === target).map((host) => host.id));
  const plan = planRollout({ rolloutId: 'again', target, strategy: { ...strategy, canary: { ...strategy.canary, hosts: [] }, approval: 'none' }, hosts });
  const planned = newRollout({ id: 'again', target, strategy, strict: false, plan, now: world.clock.now });
  const started = applyTransitions(planned, commandRollout(planned, { do: 'start' }, world.clock.now));
  const { transitions } = advanceFully(started, world.clock.now, rolloutRules);
  const touched = transitions.find((one) => one.of === 'host' && there.has(one.hostId));
  if (touched?.of === 'host') violate(world, 'R5', `a second rollout of ${target} moves it to ${touched.to}`, { hostId: touched.hostId });
}
