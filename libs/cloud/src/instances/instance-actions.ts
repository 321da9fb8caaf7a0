import type { InstanceAction } from '@novadock/store';
import type { Cloud } from '../cloud.ts';
import type { ProjectAuth } from '../identity/auth.ts';

/** Newest first; also of a deleted instance. */
export async function listInstanceActions(_cloud: Cloud, _auth: ProjectAuth, _instanceId: string): Promise<InstanceAction[]> {
  throw new Error('being written');
}

export async function getInstanceAction(_cloud: Cloud, _auth: ProjectAuth, _instanceId: string, _requestId: string): Promise<InstanceAction> {
  throw new Error('being written');
}
