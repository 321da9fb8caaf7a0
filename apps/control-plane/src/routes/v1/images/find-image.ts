import type { Cloud, ProjectAuth } from '@novadock/cloud';
import { CloudError } from '@novadock/model';
import { isUuid } from '@novadock/store';

export async function findImage(_cloud: Cloud, _auth: ProjectAuth, idOrName: string): Promise<{ id: string }> {
  if (isUuid(idOrName)) return { id: idOrName };
  throw new CloudError('notFound', idOrName);
}
