import { orderHost, type HostTransition } from './move-host.ts';
import { needsRevert } from './needs-revert.ts';
import type { Pass } from './pass.ts';
import type { HostTask } from './rollout.ts';

/** Which hosts a rollback returns to their own snapshots now (R7), under the same in-flight limit. Those that were away are returned when they are back. */
export function beginReverts(pass: Pass): HostTransition[] {
  if (!mayRevert(pass)) return [];
  const zones = new Map(pass.tally.zones);
  let hosts = pass.rules.inFlightLimit(pass.rollout) - pass.tally.inFlight;
  const transitions: HostTransition[] = [];
  for (const task of pass.tasks) {
    if (!needsRevert(pass.rollout, task)) continue;
    const given = offlineTooLong(pass, task);
    if (given !== undefined) transitions.push(given);
    else if (hosts > 0 && canRevert(pass, task) && pass.rules.zoneHasRoom(pass.rollout.strategy, zones, task.zone)) {
      hosts--;
      zones.set(task.zone, (zones.get(task.zone) ?? 0) + 1);
      transitions.push(revert(pass, task));
    }
  }
  return transitions;
}

function mayRevert({ rollout }: Pass): boolean {
  return rollout.state === 'rolling_back' || (rollout.state === 'rolled_back' && rollout.supersededBy === null);
}

/** What would disturb instances on the way there would on the way back. */
function canRevert({ rollout, rules }: Pass, { facts }: HostTask): boolean {
  return rules.blocker({ ...facts, unresolvable: null }) === undefined && facts.online && facts.busyWith === null && !(facts.locked && rollout.strategy.locks === 'honour');
}

function offlineTooLong(pass: Pass, task: HostTask): HostTransition | undefined {
  const { policy, afterMs } = pass.rollout.strategy.offline;
  if (policy !== 'fail' || task.facts.online || pass.now - task.facts.onlineSinceMs < afterMs) return undefined;
  if (task.state === 'revert_failed' || pass.rollout.state !== 'rolling_back') return undefined;
  const error = { code: 'HOST_OFFLINE', step: 'reverting', message: 'It is offline, which the strategy counts as a failure. Resume the rollback when it is online.', logTail: '' };
  return pass.rules.settle(pass, task, 'revert_failed', { failure: task.failure ?? 'failed', error });
}

function revert(pass: Pass, task: HostTask): HostTransition {
  return orderHost(pass, task, 'reverting', 'reverting', { attempt: task.attempt + 1, skipped: null, catchUp: false, disturbed: 0, cordoned: pass.rollout.strategy.drain.mode !== 'none' });
}
