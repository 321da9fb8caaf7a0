import { CloudError } from '@novadock/model';
import { inTransaction, recordEvent, updateInstanceSpec } from '@novadock/store';
import type { Cloud } from '../cloud.ts';
import type { ProjectAuth } from '../identity/auth.ts';
import { quotaOf } from '../quotas/quota-of.ts';
import { assertCommand } from './assert-command.ts';
import { lockVisibleInstance, visibleInstance } from './get-instance.ts';

export type SetMetadata = { id: string; replace?: Record<string, string>; merge?: Record<string, string | null> };

/** Replaces all metadata, or merges (a null value deletes that key), and returns what there is then. Throws `notFound`, `conflict` when it is locked, `invalid` for a command that cannot be run, `exhausted` when there are more items than the quota has. */
export async function setInstanceMetadata(cloud: Cloud, auth: ProjectAuth, { id, replace, merge }: SetMetadata): Promise<Record<string, string>> {
  const { projectId } = await visibleInstance(cloud.store, auth, id);
  const limit = (await quotaOf(cloud.store, projectId)).metadata_items;
  return inTransaction(cloud.store, async (tx) => {
    const row = await lockVisibleInstance(tx, auth, id);
    if (row.locked && !auth.isAdmin) throw new CloudError('conflict', `Instance ${id} is locked`, { reason: 'instanceLocked' });
    const merged = Object.entries({ ...(replace ?? (row.metadata as Record<string, string>)), ...merge });
    const metadata = Object.fromEntries(merged.filter((entry): entry is [string, string] => entry[1] !== null));
    if (limit >= 0 && Object.keys(metadata).length > limit) throw new CloudError('exhausted', `Maximum number of metadata items exceeds ${limit}`);
    assertCommand(metadata);
    await updateInstanceSpec(tx, id, { metadata });
    await recordEvent(tx, { kind: 'instance.updated', projectId: row.projectId, subjectId: id, data: { changed: ['metadata'] } });
    return metadata;
  });
}
