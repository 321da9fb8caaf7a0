import { CloudError } from '@novadock/model';
import { inTransaction } from '@novadock/store';
import type { Cloud } from '../cloud.ts';
import { findNamedHost } from './find-named-host.ts';
import { dropHost } from './drop-host.ts';

/** Drops a host, by id or name, and leaves its machine as it is, as Nova does; its agent is not answered any more. Throws `notFound`, or `conflict` while instances live on it. */
export async function deleteHost(cloud: Cloud, idOrName: string): Promise<void> {
  await inTransaction(cloud.store, async (tx) => {
    const host = await findNamedHost(tx, idOrName);
    if (!(await dropHost(tx, host))) throw new CloudError('conflict', `Instances live on ${host.name}: delete them first.`, { reason: 'hostInUse' });
  });
}
