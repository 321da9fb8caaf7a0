import type { Cloud } from '../cloud.ts';
import type { ProjectAuth } from '../identity/auth.ts';

/** The console as it grows; ends when the instance stops. tail -1: from the beginning. */
export async function followLogs(_cloud: Cloud, _auth: ProjectAuth, _request: { id: string; tail: number; follow: boolean; sinceMs: number }, _signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
  throw new Error('being written');
}
