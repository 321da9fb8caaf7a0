import { CloudError } from '@novadock/model';
import { usageOf, type Flavor, type Transaction } from '@novadock/store';
import type { Quota } from '../quotas/quota.ts';
import type { CreateInstances } from './requests.ts';

/** Whether a quota bounds boots at all. */
export function isLimited(quota: Quota): boolean {
  return quota.cores >= 0 || quota.instances >= 0 || quota.ram >= 0;
}

/**
 * How many of the instances asked for the project's quota allows: between minCount and maxCount. Throws `exhausted` in Nova's words when
 * it is fewer than minCount. Where the quota is limited the caller holds its lock.
 */
export async function assertQuota(tx: Transaction, projectId: string, quota: Quota, flavor: Flavor, request: CreateInstances): Promise<number> {
  if (!isLimited(quota)) return request.maxCount;
  const used = await usageOf(tx, projectId);
  const each = { cores: flavor.vcpus, instances: 1, ram: flavor.memoryMb };
  const names = ['cores', 'instances', 'ram'] as const;
  const allowed = names.map((name) => (quota[name] < 0 || each[name] === 0 ? Infinity : Math.floor((quota[name] - used[name]) / each[name])));
  const count = Math.min(request.maxCount, ...allowed);
  if (count >= request.minCount) return count;
  const over = names.filter((_, index) => (allowed[index] ?? 0) < request.minCount);
  const list = (values: number[]) => values.join(', ');
  throw new CloudError(
    'exhausted',
    `Quota exceeded for ${over.join(', ')}: Requested ${list(over.map((name) => each[name] * request.minCount))}, but already used ${list(over.map((name) => used[name]))} of ${list(over.map((name) => quota[name]))} ${over.join(', ')}`,
    { reason: 'quotaExceeded' },
  );
}
