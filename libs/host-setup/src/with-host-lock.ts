import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CloudError } from '@novadock/model';
import { pollUntil } from './poll-until.ts';
import { searchPath } from './search-path.ts';

/** `busy`: what is said when the lock was not free within `timeoutMs`. */
export type HostLock<T> = { file: string; timeoutMs: number; busy: string; work: () => Promise<T> };

/**
 * Runs `work` while nobody else on this host holds the lock that flock(1) takes on `file`, which is made so that only this user can open it. It
 * is free again when this process ends, however it does. Throws `unavailable` when it was not free in time.
 */
export async function withHostLock<T>({ file, timeoutMs, busy, work }: HostLock<T>): Promise<T> {
  await makeFile(file);
  let release: (() => Promise<void>) | undefined;
  if (!(await pollUntil({ condition: async () => (release = await tryHold(file)) !== undefined, timeoutMs, intervalMs: 250 }))) throw new CloudError('unavailable', busy);
  try {
    return await work();
  } finally {
    await release?.();
  }
}

/** Who can open a file can lock it. */
async function makeFile(file: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await (await open(file, 'a', 0o600)).close();
  await chmod(file, 0o600);
}

/** Node has no flock: a process of its own holds the lock until its input ends, which it also does with this process. It waits for nothing, since not every flock knows a time. */
async function tryHold(file: string): Promise<(() => Promise<void>) | undefined> {
  const holder = spawn('flock', ['-n', file, 'sh', '-c', 'echo held; exec cat'], { stdio: ['pipe', 'pipe', 'ignore'], detached: true, env: { ...process.env, PATH: searchPath() } });
  holder.stdin.on('error', () => {});
  const ended = new Promise<number | Error>((resolve) => holder.once('error', resolve).once('exit', (code) => resolve(code ?? 1)));
  const end = await Promise.race([once(holder.stdout, 'data').then(() => undefined), ended]);
  if (end === undefined) {
    return async () => {
      holder.stdin.end();
      await ended;
    };
  }
  if (end === 1) return undefined;
  throw new CloudError('unavailable', `${file} cannot be locked: ${end instanceof Error ? `${end.message}. Install flock (util-linux)` : `flock ended with ${end}`}`);
}
