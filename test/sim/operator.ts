import { CloudError, commandRollout, newRollout, planRollout, takeOver, type RolloutCommand, type RolloutSnapshot, type RolloutTransition, type Strategy } from '@novadock/model';
import { commit, load } from './store.ts';
import { factsOf, type SimHost, type StoredRollout, type World } from './world.ts';

export type Launch = { id: string; target: string; strategy: Strategy; strict: boolean; selects: (host: SimHost) => boolean };

/** The same as the newest target (R9), as the use case does it: false, and nothing done, while a rollout with hosts of it is being rolled back. */
export function launchOver(world: World, given: Launch): boolean {
  const others = [...world.rollouts.values()].map((stored) => ({ stored, before: load(world, stored).snapshot }));
  const isShared = ({ tasks }: RolloutSnapshot): boolean => tasks.some(({ hostId }) => given.selects(world.byId.get(hostId)!));
  if (others.some(({ before }) => ['rolling_back', 'rollback_paused'].includes(before.rollout.state) && isShared(before))) return false;
  const { snapshot } = launch(world, given);
  for (const { stored, before } of others) {
    const command = before.rollout.supersededBy === null ? takeOver(before, snapshot) : undefined;
    if (command !== undefined) order(world, stored, command);
  }
  return true;
}

/** Plans a rollout of a target over the hosts that are there, stores it, and starts it. */
export function launch(world: World, given: Launch): StoredRollout {
  const { id, target, strategy, strict, selects } = given;
  const hosts = world.hosts.filter((host) => host.joinedAtMs <= world.clock.now && selects(host));
  const plan = planRollout({ rolloutId: id, target, strategy, hosts: hosts.map((host) => ({ hostId: host.id, name: host.id, zone: host.zone, excluded: false, facts: factsOf(world, host, id, 0), changes: [`${host.hash}→${target}`] })) });
  const stored: StoredRollout = { id, selects, snapshot: newRollout({ id, target, strategy, strict, plan, now: world.clock.now }), version: 0, events: [] };
  world.rollouts.set(id, stored);
  order(world, stored, { do: 'start' });
  return stored;
}

/** Gives a command; what the rollout's state does not allow is refused, and changes nothing. */
export function order(world: World, stored: StoredRollout, command: RolloutCommand): boolean {
  const loaded = load(world, stored);
  let transitions: RolloutTransition[];
  try {
    transitions = commandRollout(loaded.snapshot, command, world.clock.now);
  } catch (error) {
    if (error instanceof CloudError && error.code !== 'internal') return false;
    throw error;
  }
  world.wake();
  return transitions.length > 0 && commit(world, stored, loaded, { steps: [transitions], at: world.clock.now, command: command.do });
}

/** A command at random, as an operator in doubt would give it. */
export function meddle(world: World): void {
  const { random } = world;
  const stored = random.pick([...world.rollouts.values()]);
  const task = stored.snapshot.tasks.length > 0 ? random.pick(stored.snapshot.tasks) : undefined;
  const choices: (() => RolloutCommand)[] = [
    () => ({ do: 'pause' }), () => ({ do: 'pause' }), () => ({ do: 'resume' }), () => ({ do: 'resume' }), () => ({ do: 'resume' }), () => ({ do: 'promote' }), () => ({ do: 'retry' }), () => ({ do: 'retry' }),
    () => ({ do: 'approve', by: 'operator' }), () => ({ do: 'approve', by: 'operator' }), () => ({ do: 'rollback', scope: 'touched' }),
    () => ({ do: 'abort', policy: random.pick(['keep', 'revert']) }),
    () => ({ do: 'rollback', scope: random.pick(['touched', 'failed', { hosts: task === undefined ? [] : [task.hostId] }] as const) }),
    () => ({ do: 'skip', hosts: task === undefined ? [] : [task.hostId] }),
    () => ({ do: 'patch', strategy: random.pick([{ maxInFlight: random.integer(1, 4) }, { maxInFlight: { hosts: 3, perZone: 'one-zone' } }, { failure: { max: '10%', consecutive: 2 } }, { ratePerMinute: 2 }]) }),
  ];
  const isRare = random.chance(0.6);
  order(world, stored, isRare ? random.pick(choices.slice(0, 11))() : random.pick(choices)());
}

/** What a patient operator does until a rollout has come to its end. */
export function bringToEnd(world: World, stored: StoredRollout): void {
  const { state, reason } = stored.snapshot.rollout;
  if (state === 'planned') order(world, stored, { do: 'start' });
  else if (state === 'awaiting_approval' || (state === 'paused' && reason === 'gate')) order(world, stored, { do: 'approve', by: 'operator' });
  else if (state === 'rollback_paused' || (state === 'paused' && reason !== 'window')) order(world, stored, { do: 'resume' });
  else if (state === 'failed' || state === 'succeeded') order(world, stored, { do: 'retry' });
}
