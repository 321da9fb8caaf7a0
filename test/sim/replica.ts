import { advance, applyTransitions, type HostTask, type RolloutOrder, type RolloutTransition, type RunStep } from '@novadock/model';
import { receiveOrder } from './agents.ts';
import { checkSettled } from './checks/check-settled.ts';
import { commit, load } from './store.ts';
import type { StoredRollout, World } from './world.ts';

const secondMs = 1000;

/** A process of the control plane. Its only memory are the rows; it can be killed between any two writes. */
export type Replica = { alive: boolean; /** Slow: it decides, and writes some time later, when another may have written. */ lagMs: number };

/** Runs one replica's loop over all rollouts once. */
export function tick(world: World, replica: Replica): void {
  for (const stored of world.rollouts.values()) {
    if (!replica.alive) return;
    if (replica.lagMs > 0) workSlowly(world, replica, stored);
    else work(world, replica, stored);
  }
}

/** A transaction: all steps that are due. Now and then it holds one step only, so that a kill can fall between any two. */
function work(world: World, replica: Replica, stored: StoredRollout): void {
  const loaded = load(world, stored);
  const steps: RolloutTransition[][] = [];
  const single = world.random.chance(0.15);
  let current = loaded.snapshot;
  for (let count = 0; count < 400; count++) {
    const next = advance(current, world.clock.now, world.rules);
    if (next.length === 0) break;
    steps.push(next);
    current = applyTransitions(current, next);
    if (single) break;
  }
  if (die(world, replica) || !commit(world, stored, loaded, { steps, at: world.clock.now })) return;
  if (!single) checkSettled(world, stored.id, current);
  if (die(world, replica)) return;
  sendOrders(world, stored, steps.flat());
}

/** A leader that was taken over and does not know it: what it decided long ago must not be written any more. */
function workSlowly(world: World, replica: Replica, stored: StoredRollout): void {
  const loaded = load(world, stored);
  const decidedAt = world.clock.now;
  const next = advance(loaded.snapshot, decidedAt, world.rules);
  if (next.length === 0) return;
  world.clock.in(replica.lagMs, () => {
    if (replica.alive && commit(world, stored, loaded, { steps: [next], at: decidedAt })) sendOrders(world, stored, next);
  });
}

function die(world: World, replica: Replica): boolean {
  if (!world.calm && world.faults.has('kills') && world.random.chance(0.01)) replica.alive = false;
  return !replica.alive;
}

/** Orders are sent after they are written; those that are outstanding are sent again, for the one that was to send them may be dead. */
function sendOrders(world: World, stored: StoredRollout, transitions: readonly RolloutTransition[]): void {
  for (const transition of transitions) {
    if (transition.of === 'host' && transition.order !== undefined) send(world, stored.id, transition.hostId, transition.order);
  }
  if (!world.random.chance(0.2)) return;
  for (const task of stored.snapshot.tasks) {
    const order = outstanding(stored, task);
    if (order !== undefined) send(world, stored.id, task.hostId, order);
  }
}

const stepOf: Record<string, RunStep> = { precheck: 'precheck', staging: 'staging', applying: 'applying', restarting: 'applying', reverting: 'reverting' };

function outstanding(stored: StoredRollout, task: HostTask): RolloutOrder | undefined {
  const step = stepOf[task.state];
  if (step === undefined) return undefined;
  return { step, attempt: task.attempt, epoch: task.epoch, target: stored.snapshot.rollout.target, snapshot: step === 'applying' || step === 'reverting' ? task.previous : null };
}

function send(world: World, rolloutId: string, hostId: string, order: RolloutOrder): void {
  if (!world.calm && world.faults.has('lostOrders') && world.random.chance(0.1)) return;
  const host = world.byId.get(hostId)!;
  world.clock.in(world.random.integer(0, 2) * (secondMs / 4), () => receiveOrder(world, host, rolloutId, order));
}

/** Another replica takes the hosts over: their leases get a new epoch, which the agents hear of a little later. */
export function takeOver(world: World): void {
  for (const host of world.hosts) {
    host.epoch++;
    world.clock.in(world.random.integer(0, 5) * secondMs, () => {
      if (host.online) host.agentEpoch = Math.max(host.agentEpoch, host.epoch);
    });
  }
  world.wake();
}
