import type { Cloud } from '../cloud.ts';
import type { ProjectAuth } from '../identity/auth.ts';
import type { InstanceView } from './instance-view.ts';

/** Throws notFound, also for another project's unless the caller is an administrator. */
export async function getInstance(_cloud: Cloud, _auth: ProjectAuth, _id: string): Promise<InstanceView> {
  throw new Error('being written');
}
