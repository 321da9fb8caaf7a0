import { CloudError } from '../errors.ts';
import { moveHost } from './move-host.ts';
import { isUntouched } from './release.ts';
import type { HostTask, RolloutSnapshot, RolloutTransition } from './rollout.ts';

/** Takes hosts out of a rollout before it touches them. Throws `invalid` for one that is not in it, `conflict` for one that it has touched. */
export function skipHosts({ tasks }: RolloutSnapshot, hosts: readonly string[], now: number): RolloutTransition[] {
  return hosts.flatMap((hostId) => {
    const task = tasks.find((one) => one.hostId === hostId);
    if (task === undefined) throw new CloudError('invalid', `The rollout has no host ${hostId}.`, { reason: 'NotInRollout' });
    if (task.skipped === 'excluded' || task.skipped === 'already') return [];
    if (task.touched || !canSkip(task)) throw new CloudError('conflict', `The host ${hostId} cannot be skipped: it is ${task.state}. Abort or roll back instead.`, { reason: 'HostTouched' });
    return [moveHost({ now }, task, 'skipped', { skipped: 'excluded', catchUp: false, cordoned: false, resultAtMs: now })];
  });
}

function canSkip(task: HostTask): boolean {
  return task.state === 'pending' || task.state === 'skipped' || isUntouched(task);
}
