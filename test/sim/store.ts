import { applyTransitions, type JoiningHost, type RolloutSnapshot, type RolloutTransition } from '@novadock/model';
import { checkWritten } from './checks/check-written.ts';
import { factsOf, type StoredRollout, type World } from './world.ts';

export type Decided = { steps: readonly (readonly RolloutTransition[])[]; at: number; command?: string };
export type Loaded = { snapshot: RolloutSnapshot; version: number; claims: number };

/** What a use case reads in its transaction: the rows, joined with what is known of the hosts. */
export function load(world: World, stored: StoredRollout): Loaded {
  const tasks = stored.snapshot.tasks.map((task) => ({ ...task, facts: factsOf(world, world.byId.get(task.hostId)!, stored.id, task.attempt) }));
  const known = new Set(tasks.map((task) => task.hostId));
  const joining: JoiningHost[] = world.hosts
    .filter((host) => host.joinedAtMs <= world.clock.now && !known.has(host.id) && stored.selects(host))
    .map((host) => ({ hostId: host.id, zone: host.zone, excluded: false, facts: factsOf(world, host, stored.id, 0) }));
  return { snapshot: { ...stored.snapshot, tasks, joining }, version: stored.version, claims: world.claims };
}

/**
 * Writes steps and their events in one go. Answers false, having written nothing, when somebody else wrote since they were decided: what a row lock and a
 * serializable transaction do in the database.
 */
export function commit(world: World, stored: StoredRollout, loaded: Loaded, decided: Decided): boolean {
  const { steps, at, command } = decided;
  if (stored.version !== loaded.version || world.claims !== loaded.claims) return false;
  let before = loaded.snapshot;
  for (const transitions of steps) {
    const after = applyTransitions(before, transitions);
    for (const transition of transitions) stored.events.push({ at: world.clock.now, text: describe(transition), transition });
    if (world.trace !== undefined && world.violations.length === 0) for (const transition of transitions) world.trace.push(`${clockText(world)} ${stored.id} ${command === undefined ? '' : `(${command}) `}${describe(transition)}`);
    checkWritten(world, { rolloutId: stored.id, now: at, command, before, transitions, after });
    before = after;
  }
  if (steps.length === 0) return true;
  stored.snapshot = before;
  stored.version++;
  if (steps.some((step) => step.some((one) => one.of === 'host' && one.from !== one.to))) world.claims++;
  return true;
}

function clockText(world: World): string {
  return new Date(world.clock.now).toISOString().slice(5, 19);
}

function describe(transition: RolloutTransition): string {
  const subject = transition.of === 'rollout' ? 'rollout' : transition.of === 'wave' ? `wave ${transition.wave}` : transition.hostId;
  const set = transition.of === 'joined' ? {} : { ...transition.set, state: undefined, stateAtMs: undefined, strategy: undefined };
  const order = transition.of === 'host' && transition.order !== undefined ? ` order ${transition.order.step}#${transition.order.attempt} epoch ${transition.order.epoch}` : '';
  return `${subject}: ${transition.from ?? 'new'} → ${transition.to} ${JSON.stringify(set)}${order}`;
}
