import type { Cloud } from '../cloud.ts';
import type { ProjectAuth } from '../identity/auth.ts';
import type { InstanceView } from './instance-view.ts';
import type { ListInstances } from './requests.ts';

/** Throws invalid when the marker is unknown. */
export async function listInstances(_cloud: Cloud, _auth: ProjectAuth, _filter: ListInstances): Promise<{ instances: InstanceView[]; more: boolean }> {
  throw new Error('being written');
}
