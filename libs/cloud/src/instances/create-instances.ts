import type { Cloud } from '../cloud.ts';
import type { ProjectAuth } from '../identity/auth.ts';
import type { InstanceView } from './instance-view.ts';
import type { CreateInstances } from './requests.ts';

export async function createInstances(_cloud: Cloud, _auth: ProjectAuth, _request: CreateInstances): Promise<{ reservationId: string; instances: InstanceView[] }> {
  throw new Error('being written');
}
