import type { HostTask, RolloutSnapshot } from '@novadock/model';
import { beginsOrRuns, violate, type World } from '../world.ts';

const orders = { precheck: 'precheck', staging: 'staging', applying: 'applying', restarting: 'applying', reverting: 'reverting' } as const;

/** What must hold when the machine has nothing more to do now. */
export function checkSettled(world: World, rolloutId: string, snapshot: RolloutSnapshot): void {
  const { rollout } = snapshot;
  const begins = rollout.supersededBy === null && rollout.state === 'running' && world.isOpen(rollout.strategy.window, world.clock.now);
  for (const task of snapshot.tasks) {
    // R9: a host that a newer rollout has catches up on that one's target, and is not reverted by this one.
    const ofOwn = task.facts.takenBy === null ? (notHeld(snapshot, task, begins) ?? notReverted(snapshot, task)) : undefined;
    const found = notRenewed(task) ?? overdue(world, snapshot, task) ?? heldInPause(snapshot, task, begins) ?? ofOwn;
    if (found !== undefined) violate(world, found.rule, found.what, { hostId: task.hostId, rolloutId });
  }
}

type Found = { rule: string; what: string } | undefined;

function notRenewed(task: HostTask): Found {
  const step = orders[task.state as keyof typeof orders] as (typeof orders)[keyof typeof orders] | undefined;
  const reported = step !== undefined && task.facts.reports[step]?.attempt === task.attempt;
  return step !== undefined && !reported && task.epoch < task.facts.epoch ? { rule: 'R2', what: `its order is of epoch ${task.epoch}, which its agent refuses since ${task.facts.epoch}` } : undefined;
}

function overdue(world: World, { rollout }: RolloutSnapshot, task: HostTask): Found {
  const { hostDeadlineMs } = rollout.strategy.health;
  const forwards = ['assigned', 'precheck', 'staging', 'cordoned', 'draining', 'applying', 'restarting', 'verifying'].includes(task.state);
  const ms = world.clock.now - (task.state === 'reverting' ? task.stateAtMs : task.assignedAtMs);
  return (forwards || task.state === 'reverting') && ms >= hostDeadlineMs ? { rule: 'R10', what: `is in ${task.state} for ${ms / 1000} s, its deadline is ${hostDeadlineMs / 1000} s` } : undefined;
}

/** R13: a host that returned while hosts may begin is in the rollout again, and takes no instances; with a strict profile also while none may begin. */
function notHeld({ rollout }: RolloutSnapshot, task: HostTask, begins: boolean): Found {
  const strictly = rollout.strict && rollout.supersededBy === null && ['running', 'paused', 'succeeded'].includes(rollout.state);
  if ((!begins && !strictly) || !task.facts.online || task.facts.appliedHash === rollout.target) return undefined;
  if (task.state === 'skipped' && task.skipped === 'offline') return { rule: 'R13', what: 'is back, and not in the rollout again' };
  return task.state === 'pending' && task.catchUp && !task.cordoned ? { rule: 'R13', what: 'is back, has to catch up, and may take new instances' } : undefined;
}

/** R13 and R6: while no host may begin, none that is untouched is kept cordoned, unless the profile is strict. */
function heldInPause({ rollout }: RolloutSnapshot, task: HostTask, begins: boolean): Found {
  if (begins || rollout.state === 'succeeded' || !task.cordoned) return undefined;
  if (['assigned', 'precheck', 'staging', 'cordoned', 'draining'].includes(task.state)) return { rule: 'R3', what: `is kept in ${task.state} while the rollout is ${rollout.state}` };
  return task.state === 'pending' && !rollout.strict ? { rule: task.catchUp ? 'R13' : 'R6', what: `is pending and cordoned while the rollout is ${rollout.state}` } : undefined;
}

/** R7: a rollback with none in flight does not wait for a host that can be reverted. One whose engine is down can be: that may be what it is for. */
function notReverted({ rollout, tasks }: RolloutSnapshot, task: HostTask): Found {
  if (rollout.state !== 'rolling_back' || rollout.rollback?.scope !== 'touched' || !task.touched || tasks.some(beginsOrRuns)) return undefined;
  if (task.state === 'revert_failed' && task.stateAtMs >= rollout.stateAtMs) return undefined;
  return canReturn(task) ? { rule: 'R7', what: `is ${task.state}, could be reverted, and the rollback waits` } : undefined;
}

function canReturn({ facts }: HostTask): boolean {
  const isFree = facts.online && facts.busyWith === null && facts.takenBy === null && !facts.locked;
  return isFree && !facts.swarm && (!facts.healthy || facts.instances === 0 || facts.liveRestore);
}
