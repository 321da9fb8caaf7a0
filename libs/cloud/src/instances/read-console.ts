import type { Cloud } from '../cloud.ts';
import type { ProjectAuth } from '../identity/auth.ts';

/** The last lines of the console (all when undefined), without a newline at the end. */
export async function readConsole(_cloud: Cloud, _auth: ProjectAuth, _request: { id: string; lines: number | undefined }): Promise<string> {
  throw new Error('being written');
}
