import type { Cloud } from '../cloud.ts';
import type { ProjectAuth } from '../identity/auth.ts';

/** Replaces all metadata, or merges (a null value deletes that key); returns all of it. */
export async function setInstanceMetadata(_cloud: Cloud, _auth: ProjectAuth, _change: { id: string; replace?: Record<string, string>; merge?: Record<string, string | null> }): Promise<Record<string, string>> {
  throw new Error('being written');
}
