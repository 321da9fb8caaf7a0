import type { Cloud } from '../cloud.ts';
import type { ProjectAuth } from '../identity/auth.ts';
import type { InstanceView } from './instance-view.ts';

export async function updateInstance(_cloud: Cloud, _auth: ProjectAuth, _change: { id: string; name?: string; description?: string | null; tags?: string[]; locked?: boolean; lockedReason?: string | null }): Promise<InstanceView> {
  throw new Error('being written');
}
