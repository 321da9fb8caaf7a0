import { CloudError } from '@novadock/model';
import { findQuota, usageOf } from '@novadock/store';
import type { Cloud } from '../cloud.ts';
import type { Auth } from '../identity/auth.ts';
import { quotaOf } from './quota-of.ts';
import type { Quota } from './quota.ts';

export type QuotaUsage = { instances: number; cores: number; ram: number };

/**
 * A project's limits and what its instances use of them. Throws `forbidden` for another project's unless the caller is an
 * administrator (`policy`: what Nova calls the permission), `invalid` when there is no such project.
 */
export async function getQuota(cloud: Cloud, auth: Auth, { projectId, policy }: { projectId: string; policy: string }): Promise<{ limits: Quota; usage: QuotaUsage }> {
  if (projectId !== auth.projectId && !auth.isAdmin) throw new CloudError('forbidden', `Policy doesn't allow ${policy} to be performed.`);
  if ((await findQuota(cloud.store.prisma, projectId)) === undefined) throw new CloudError('invalid', `Project ID ${projectId} is not a valid project.`);
  const [limits, usage] = await Promise.all([quotaOf(cloud.store, projectId), usageOf(cloud.store.prisma, projectId)]);
  return { limits, usage };
}
