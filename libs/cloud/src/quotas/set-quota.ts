import { CloudError } from '@novadock/model';
import { mergeQuota, usageOf } from '@novadock/store';
import type { Cloud } from '../cloud.ts';
import { quotaOf } from './quota-of.ts';
import { isQuotaName, type Quota } from './quota.ts';

export type SetQuota = { projectId: string; limits: Partial<Quota>; force: boolean };

/** Gives a project limits of its own and returns what holds then. Throws `invalid` when there is no such project, or it uses more already and `force` is not set. */
export async function setQuota(cloud: Cloud, { projectId, limits, force }: SetQuota): Promise<Quota> {
  if (!force) await assertNotBelowUsage(cloud, projectId, limits);
  const chosen = Object.fromEntries(Object.entries(limits).filter(([name]) => isQuotaName(name)));
  if (!(await mergeQuota(cloud.store, projectId, chosen))) throw new CloudError('invalid', `Project ID ${projectId} is not a valid project.`);
  return quotaOf(cloud.store, projectId);
}

async function assertNotBelowUsage(cloud: Cloud, projectId: string, limits: Partial<Quota>): Promise<void> {
  const usage = await usageOf(cloud.store.prisma, projectId);
  for (const name of ['instances', 'cores', 'ram'] as const) {
    const limit = limits[name] ?? -1;
    if (limit >= 0 && limit < usage[name]) {
      throw new CloudError('invalid', `Quota limit ${limit} for ${name} must be greater than or equal to already used and reserved ${usage[name]}.`);
    }
  }
}
