import { findQuota, type Store } from '@novadock/store';
import { defaultQuota, quotaNames, type Quota } from './quota.ts';

/** The limits that hold for a project: its own, and the defaults for the rest. */
export async function quotaOf(store: Store, projectId: string): Promise<Quota> {
  const own = (await findQuota(store.prisma, projectId)) ?? {};
  const quota: Quota = { ...defaultQuota };
  for (const name of quotaNames) {
    const limit = own[name];
    if (typeof limit === 'number') quota[name] = limit;
  }
  return quota;
}
