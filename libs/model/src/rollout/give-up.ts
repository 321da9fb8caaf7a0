import { isUntouched } from './release.ts';
import { moveHost, type HostTransition } from './move-host.ts';
import type { Pass } from './pass.ts';
import type { HostTask, TaskError } from './rollout.ts';

/** What becomes of a host in flight that is away, or beyond its deadline; undefined: it is waited for (R10). */
export function giveUp(pass: Pass, task: HostTask): HostTransition | undefined {
  const { health, offline } = pass.rollout.strategy;
  const { facts } = task;
  if (isUntouched(task) && !facts.online && pass.now - facts.onlineSinceMs >= offline.afterMs) return leave(pass, task);
  if (task.state === 'reverting') {
    return pass.now - task.stateAtMs < health.hostDeadlineMs ? undefined : pass.rules.settle(pass, task, 'revert_failed', { failure: task.failure ?? 'timed_out', error: late(task), resultAtMs: task.resultAtMs });
  }
  if (pass.now - task.assignedAtMs < health.hostDeadlineMs) return undefined;
  const failure = facts.online ? 'timed_out' : 'lost';
  return pass.rules.settle(pass, task, failure, { failure, error: late(task) });
}

/** It went away before anything was done to it, so the update is not to blame. */
function leave(pass: Pass, task: HostTask): HostTransition {
  const { policy } = pass.rollout.strategy.offline;
  if (policy === 'catch-up') return pass.rules.settle(pass, task, 'skipped', { skipped: 'offline', catchUp: true });
  if (policy === 'wait') return moveHost(pass, task, 'pending', { cordoned: false });
  return pass.rules.settle(pass, task, 'lost', { failure: 'lost', error: late(task) });
}

function late({ state, facts }: HostTask): TaskError {
  const message = facts.online ? 'It was not done within the host deadline. Look at its log, then retry.' : 'It went offline and was not back in time. Retry when it is online.';
  return { code: facts.online ? 'HOST_DEADLINE' : 'HOST_LOST', step: state, message, logTail: '' };
}
