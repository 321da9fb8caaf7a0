import { CloudError, serverStatus } from '@novadock/model';
import { listInstanceRows, type InstanceRow } from '@novadock/store';
import type { Cloud } from '../cloud.ts';
import type { ProjectAuth } from '../identity/auth.ts';
import type { InstanceView } from './instance-view.ts';
import type { ListInstances } from './requests.ts';
import { toViews } from './to-views.ts';

/** Rows read at a time when a status is asked for, which no column holds. */
const batchSize = 1000;

/** A page of instances, and whether there are more. Throws `invalid` when the marker is unknown, `forbidden` when the caller may not see other projects'. */
export async function listInstances(cloud: Cloud, auth: ProjectAuth, list: ListInstances): Promise<{ instances: InstanceView[]; more: boolean }> {
  const { allProjects, statuses, vmStates, ...filter } = list;
  if ((allProjects === true || filter.deleted === true) && !auth.isAdmin) {
    throw new CloudError('forbidden', "Policy doesn't allow os_compute_api:servers:index:get_all_tenants to be performed.", { reason: 'adminOnly' });
  }
  const scoped = allProjects === true ? filter : { ...filter, projectId: auth.projectId };
  const wanted = (row: InstanceRow) => {
    const { status, vmState } = serverStatus(row);
    return (statuses === undefined || statuses.includes(status)) && (vmStates === undefined || vmStates.includes(vmState));
  };
  const filtered = statuses !== undefined || vmStates !== undefined;
  const rows = await (filtered ? collect(cloud, scoped, wanted) : listInstanceRows(cloud.store, { ...scoped, limit: scoped.limit + 1 }));
  return { instances: await toViews(cloud, rows.slice(0, list.limit)), more: rows.length > list.limit };
}

async function collect(cloud: Cloud, filter: Omit<ListInstances, 'statuses' | 'vmStates' | 'allProjects'>, wanted: (row: InstanceRow) => boolean): Promise<InstanceRow[]> {
  const found: InstanceRow[] = [];
  for (let marker = filter.marker; ; ) {
    const batch = await listInstanceRows(cloud.store, { ...filter, limit: batchSize, ...(marker === undefined ? {} : { marker }) });
    found.push(...batch.filter(wanted));
    if (batch.length < batchSize || found.length > filter.limit) return found;
    marker = batch.at(-1)?.id;
  }
}
