import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import { CloudError } from '@novadock/model';
import { pollUntil } from './poll-until.ts';

/**
 * Runs `work` while no other process of this host is inside a lock of the same name; throws `unavailable` when the lock
 * was not free within `timeoutMs`.
 */
export async function withHostLock<T>(options: { name: string; timeoutMs: number; work: () => Promise<T> }): Promise<T> {
  let held: Server | undefined;
  const free = await pollUntil({ condition: async () => (held = await tryHold(options.name)) !== undefined, timeoutMs: options.timeoutMs });
  if (!free) throw new CloudError('unavailable', `Another process of Novadock has been at "${options.name}" for ${options.timeoutMs / 1000} s. Try again when it is done.`);
  try {
    return await options.work();
  } finally {
    await new Promise((resolve) => held?.close(resolve));
  }
}

// An abstract socket and not a file: the kernel gives it to one process, and takes it back when that process dies.
function tryHold(name: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error)));
    // Hashed, since such an address holds 107 bytes at most.
    server.listen(`\0novadock:${createHash('sha256').update(name).digest('hex')}`, () => resolve(server));
  });
}
