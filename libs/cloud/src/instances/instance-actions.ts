import { CloudError } from '@novadock/model';
import { findActionRow, listActionRows, type InstanceAction } from '@novadock/store';
import type { Cloud } from '../cloud.ts';
import type { ProjectAuth } from '../identity/auth.ts';
import { visibleInstance } from './get-instance.ts';

/** What was done with an instance, newest first; also with a deleted one. Throws `notFound`. */
export async function listInstanceActions(cloud: Cloud, auth: ProjectAuth, instanceId: string): Promise<InstanceAction[]> {
  await visibleInstance(cloud.store, auth, instanceId, { deleted: true });
  return listActionRows(cloud.store, instanceId);
}

/** What the request `requestId` did with an instance. Throws `notFound`. */
export async function getInstanceAction(cloud: Cloud, auth: ProjectAuth, instanceId: string, requestId: string): Promise<InstanceAction> {
  await visibleInstance(cloud.store, auth, instanceId, { deleted: true });
  const action = await findActionRow(cloud.store, instanceId, requestId);
  if (action === null) throw new CloudError('notFound', `Action for request_id ${requestId} on instance ${instanceId} not found`);
  return action;
}
