import { removeQuota } from '@novadock/store';
import type { Cloud } from '../cloud.ts';
import { quotaNames } from './quota.ts';

/** Lets the defaults hold for a project again; one that is not there has them anyway. */
export async function resetQuota(cloud: Cloud, projectId: string): Promise<void> {
  await removeQuota(cloud.store, projectId, quotaNames);
}
