import type { InstanceStats } from '@novadock/model';
import type { Cloud } from '../cloud.ts';
import type { ProjectAuth } from '../identity/auth.ts';

export async function getInstanceStats(_cloud: Cloud, _auth: ProjectAuth, _id: string): Promise<InstanceStats> {
  throw new Error('being written');
}
