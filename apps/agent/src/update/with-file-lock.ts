import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { CloudError } from '@novadock/model';

/** Runs `work` while nobody else holds the lock that flock(1) takes on `file`, as join.sh does. Throws `unavailable` when it was not free in time. */
export async function withFileLock<T>({ file, timeoutMs, work }: { file: string; timeoutMs: number; work: () => Promise<T> }): Promise<T> {
  // Node has no flock. The lock is gone with this process, however it ends: that ends the input of cat.
  const holder = spawn('flock', ['-w', String(Math.ceil(timeoutMs / 1000)), file, 'sh', '-c', 'echo held; exec cat'], { stdio: ['pipe', 'pipe', 'ignore'] });
  const ended = new Promise((resolve) => holder.once('error', resolve).once('exit', resolve));
  const isHeld = await Promise.race([once(holder.stdout, 'data').then(() => true), ended.then(() => false)]);
  if (!isHeld) throw new CloudError('unavailable', `Somebody else has been at the programs of the agent for ${timeoutMs / 1000} s (join.sh, by ${file}). Run the set-up again when that has ended.`);
  try {
    return await work();
  } finally {
    holder.stdin.end();
    await ended;
  }
}
