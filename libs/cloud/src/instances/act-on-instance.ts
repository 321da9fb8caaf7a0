import type { Cloud } from '../cloud.ts';
import type { ProjectAuth } from '../identity/auth.ts';
import type { ActOnInstance } from './requests.ts';

/** Also deletes (action delete). Throws conflict in the wrong state, or when it is locked. */
export async function actOnInstance(_cloud: Cloud, _auth: ProjectAuth, _request: ActOnInstance): Promise<void> {
  throw new Error('being written');
}
