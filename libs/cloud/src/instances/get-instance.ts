import { CloudError } from '@novadock/model';
import { findInstance, type InstanceRow, type Store, type Transaction } from '@novadock/store';
import type { Cloud } from '../cloud.ts';
import type { ProjectAuth } from '../identity/auth.ts';
import type { InstanceView } from './instance-view.ts';
import { toViews } from './to-views.ts';

/** An instance of the caller's project, or of any for an administrator. Throws `notFound`. */
export async function getInstance(cloud: Cloud, auth: ProjectAuth, id: string): Promise<InstanceView> {
  const row = await visibleInstance(cloud.store.prisma, auth, id);
  const [view] = await toViews(cloud, [row]);
  return view as InstanceView;
}

/** The row of an instance that the caller may see. Throws `notFound` for another project's, as if there were none. */
export async function visibleInstance(db: Store['prisma'] | Transaction, auth: ProjectAuth, id: string, options: { forUpdate?: boolean; deleted?: boolean } = {}): Promise<InstanceRow> {
  const row = await findInstance(db, id, options);
  if (row === undefined || (row.projectId !== auth.projectId && !auth.isAdmin)) {
    throw new CloudError('notFound', `Instance ${id} could not be found.`, { reason: 'instanceNotFound' });
  }
  return row;
}
