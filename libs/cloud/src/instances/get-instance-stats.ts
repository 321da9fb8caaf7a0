import type { InstanceStats } from '@novadock/model';
import type { Cloud } from '../cloud.ts';
import type { ProjectAuth } from '../identity/auth.ts';
import { readerOf } from './follow-logs.ts';

/** One sample of what an instance uses. Throws `notFound`, `conflict` when it does not run, `unavailable`. */
export async function getInstanceStats(cloud: Cloud, auth: ProjectAuth, id: string): Promise<InstanceStats> {
  return (await readerOf(cloud, auth, id)).getInstanceStats(id);
}
