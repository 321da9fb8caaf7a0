import { CloudError } from '@novadock/model';
import { lockNetworkQuota, networkUsageOf, type NetworkUsage, type Transaction } from '@novadock/store';

/** How much a project may make for itself: Neutron's defaults. */
export const networkQuota = { network: 100, subnet: 100, port: 500 } as const satisfies NetworkUsage;

/** Throws `exhausted` when the projects would have more than they may with these; holds for what the transaction makes then. */
export async function assertNetworkQuota(tx: Transaction, resource: keyof NetworkUsage, projectIds: string[]): Promise<void> {
  for (const projectId of [...new Set(projectIds)].sort()) {
    await lockNetworkQuota(tx, projectId);
    const used = (await networkUsageOf(tx, projectId))[resource];
    const wanted = projectIds.filter((id) => id === projectId).length;
    if (used + wanted > networkQuota[resource]) throw new CloudError('exhausted', `Quota exceeded for resources: ['${resource}'].`, { reason: 'OverQuota' });
  }
}
