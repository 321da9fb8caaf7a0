import type { Auth } from '@novadock/cloud';
import { CloudError } from '@novadock/model';

const policy = 'novadock:rollouts:force-locks';

/** Lets only administrators make a rollout of hosts with locked instances: a policy of its own. Throws `forbidden`. */
export function assertMayForceLocks({ isAdmin }: Pick<Auth, 'isAdmin'>, strategy: Record<string, unknown>): void {
  if (strategy.locks === 'force' && !isAdmin) throw new CloudError('forbidden', `Policy doesn't allow ${policy} to be performed.`, { reason: policy });
}
