import { inTransaction, recordEvent, updateInstanceSpec } from '@novadock/store';
import type { Cloud } from '../cloud.ts';
import type { ProjectAuth } from '../identity/auth.ts';
import { getInstance, lockVisibleInstance } from './get-instance.ts';
import type { InstanceView } from './instance-view.ts';

export type UpdateInstance = { id: string; name?: string; description?: string | null; tags?: string[]; locked?: boolean; lockedReason?: string | null; accessIpV4?: string; accessIpV6?: string };

/** Changes what describes an instance, not what runs; its host is not asked. Throws `notFound`. */
export async function updateInstance(cloud: Cloud, auth: ProjectAuth, { id, ...change }: UpdateInstance): Promise<InstanceView> {
  await inTransaction(cloud.store, async (tx) => {
    const row = await lockVisibleInstance(tx, auth, id);
    await updateInstanceSpec(tx, id, change);
    await recordEvent(tx, { kind: 'instance.updated', projectId: row.projectId, subjectId: id, data: { changed: Object.keys(change) } });
  });
  return getInstance(cloud, auth, id);
}
