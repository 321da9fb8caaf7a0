import { CloudError } from '@novadock/model';
import { findInstance, lockInstance, type InstanceRow, type Store, type Transaction } from '@novadock/store';
import type { Cloud } from '../cloud.ts';
import type { ProjectAuth } from '../identity/auth.ts';
import type { InstanceView } from './instance-view.ts';
import { toViews } from './to-views.ts';

/** An instance of the caller's project, or of any for an administrator. Throws `notFound`. */
export async function getInstance(cloud: Cloud, auth: ProjectAuth, id: string): Promise<InstanceView> {
  const row = await visibleInstance(cloud.store, auth, id);
  const [view] = await toViews(cloud, [row]);
  return view as InstanceView;
}

/** The row of an instance that the caller may see. Throws `notFound` for another project's, as if there were none. */
export async function visibleInstance(store: Store, auth: ProjectAuth, id: string, options: { deleted?: boolean } = {}): Promise<InstanceRow> {
  return visible(await findInstance(store, id, options), auth, id);
}

/** The same, and nobody else changes it before `tx` ends. */
export async function lockVisibleInstance(tx: Transaction, auth: ProjectAuth, id: string): Promise<InstanceRow> {
  return visible(await lockInstance(tx, id), auth, id);
}

function visible(row: InstanceRow | undefined, auth: ProjectAuth, id: string): InstanceRow {
  if (row !== undefined && (row.projectId === auth.projectId || auth.isAdmin)) return row;
  throw new CloudError('notFound', `Instance ${id} could not be found.`, { reason: 'instanceNotFound' });
}
