import { getInstance, waitForAction, type InstanceView, type ProjectAuth } from '@novadock/cloud';
import { CloudError, serverStatus } from '@novadock/model';
import type { V1 } from '../v1-route.ts';

export type ReachStatus = { id: string; requestId: string; status: string; timeoutMs: number };

/**
 * Waits until an instance is where what was asked of it leads, and says so, or that the time was over. One that ran and exited with 0
 * meanwhile was there. Throws `conflict` with the reason when it did not get there.
 */
export async function reachStatus({ cloud, feed }: V1, auth: ProjectAuth, { id, requestId, status, timeoutMs }: ReachStatus): Promise<{ instance: InstanceView; reached: boolean }> {
  const reached = await waitForAction(cloud, feed, auth, { instanceId: id, requestId, timeoutMs });
  const instance = await getInstance(cloud, auth, id);
  if (reached) assertStatus(instance, status);
  return { instance, reached };
}

function assertStatus(instance: InstanceView, wanted: string): void {
  const status = serverStatus(instance).status.toLowerCase();
  const { name, id, exitCode, oomKilled } = instance;
  if (status === wanted || (status === 'shutoff' && exitCode === 0)) return;
  const why = status === 'shutoff' ? `it exited with ${exitCode}${oomKilled ? ', out of memory' : ''}; its log says more` : 'something else was asked of it meanwhile';
  throw new CloudError('conflict', `Instance ${name} (${id}) is ${status}, not ${wanted}: ${why}.`, { reason: 'instanceStatus' });
}
