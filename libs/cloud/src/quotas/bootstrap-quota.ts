import { findProjectByName, mergeQuota, type Store } from '@novadock/store';

/** Lifts the limits on what the project `admin` of a new cloud runs, as OpenStack's installers do. */
export async function bootstrapQuota(store: Store): Promise<void> {
  const project = await findProjectByName(store.prisma, 'admin');
  if (project !== null) await mergeQuota(store, project.id, { instances: -1, cores: -1, ram: -1 });
}
