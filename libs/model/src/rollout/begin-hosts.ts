import { admitJoining } from './admit-joining.ts';
import { beginReverts } from './begin-reverts.ts';
import { moveHost, type HostTransition } from './move-host.ts';
import { hasBegun, type Pass } from './pass.ts';
import { isUntouched } from './release.ts';
import type { HostTask, RolloutTransition, SkipReason } from './rollout.ts';

/** How many more hosts may be begun in this step; what is taken is counted at once. */
type Room = { hosts: number; zones: Map<string, number> };

/** Which hosts begin, enter `applying`, or are skipped, now that nothing else is left to decide. */
export function beginHosts(pass: Pass): RolloutTransition[] {
  const transitions: RolloutTransition[] = [];
  const room: Room = { hosts: Math.min(pass.rules.inFlightLimit(pass.rollout) - pass.tally.inFlight, pass.rules.rateLeft(pass)), zones: new Map(pass.tally.zones) };
  const begins = pass.rules.mayBegin(pass);
  for (const task of pass.tasks) {
    if (task.state === 'healthy') continue;
    const transition = pass.rules.catchUp(pass, task) ?? (begins ? beginHost(pass, task, room) : undefined);
    if (transition !== undefined) transitions.push(transition);
  }
  return [...transitions, ...admitJoining(pass), ...beginReverts(pass)];
}

function beginHost(pass: Pass, task: HostTask, room: Room): HostTransition | undefined {
  const pending = task.state === 'pending' && hasBegun(pass, task);
  if (!pending && !isUntouched(task)) return undefined;
  const turn = pass.rules.atTurn(pass, task);
  if (turn === 'wait') return undefined;
  if (turn !== 'go') return pass.rules.settle(pass, task, ...outcome(task, turn));
  if (pending) return takeRoom(pass, task, room) ? assign(pass, task) : undefined;
  return task.state === 'assigned' || task.state === 'precheck' ? undefined : pass.rules.enterApplying(pass, task);
}

function outcome({ state, catchUp }: HostTask, turn: 'lost' | SkipReason): ['lost' | 'skipped', Partial<HostTask>] {
  // One that is locked after it was away still has to catch up.
  if (turn !== 'lost') return ['skipped', { skipped: turn, catchUp: turn === 'offline' || (turn === 'locked' && catchUp) }];
  const message = 'It is offline, which the strategy counts as a failure. Retry when it is online.';
  return ['lost', { failure: 'lost', error: { code: 'HOST_OFFLINE', step: state, message, logTail: '' } }];
}

function takeRoom(pass: Pass, { zone }: HostTask, room: Room): boolean {
  if (room.hosts < 1 || !pass.rules.zoneHasRoom(pass.rollout.strategy, room.zones, zone)) return false;
  room.hosts--;
  room.zones.set(zone, (room.zones.get(zone) ?? 0) + 1);
  return true;
}

function assign(pass: Pass, task: HostTask): HostTransition {
  return moveHost(pass, task, 'assigned', { attempt: task.attempt + 1, epoch: task.facts.epoch, assignedAtMs: pass.now, failure: null, acknowledged: false, error: null, disturbed: 0 });
}
