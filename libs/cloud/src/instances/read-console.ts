import { CloudError } from '@novadock/model';
import type { Cloud } from '../cloud.ts';
import type { ProjectAuth } from '../identity/auth.ts';
import { followLogs } from './follow-logs.ts';

/** Nova's MAX_CONSOLE_BYTES: what is older is left out. */
const maxBytes = 102_400;

/** The last `lines` of the console, or all of it within 100 KiB, without a newline at the end. Throws as followLogs does. */
export async function readConsole(cloud: Cloud, auth: ProjectAuth, { id, lines }: { id: string; lines: number | undefined }): Promise<string> {
  let console = Buffer.alloc(0);
  try {
    const logs = await followLogs(cloud, auth, { id, tail: lines ?? -1, follow: false, sinceMs: 0 }, new AbortController().signal);
    for await (const chunk of logs) console = Buffer.concat([console, chunk]).subarray(-maxBytes);
  } catch (error) {
    // Its container is not made yet, or is gone: there is no console, which is not an error in Nova.
    if (!(error instanceof CloudError && error.code === 'notFound' && error.reason !== 'instanceNotFound')) throw error;
  }
  return console.toString('utf8').replace(/\r?\n$/, '');
}
