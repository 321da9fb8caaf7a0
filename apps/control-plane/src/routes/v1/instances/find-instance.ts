import { getInstance, listInstances, type Cloud, type InstanceView, type ProjectAuth } from '@novadock/cloud';
import { isUuid } from '@novadock/store';
import { onlyOne } from '../only-one.ts';

/** The instance with that id, or the only one with that name. Throws `notFound`, or `conflict` when several have the name. */
export async function findInstance(cloud: Cloud, auth: ProjectAuth, idOrName: string): Promise<InstanceView> {
  if (isUuid(idOrName)) return getInstance(cloud, auth, idOrName);
  const literally = idOrName.replaceAll(/[\\^$.|?*+()[\]{}]/g, '\\$&');
  const { instances } = await listInstances(cloud, auth, { name: `^${literally}$`, limit: 2 });
  return onlyOne('instance', idOrName, instances);
}
