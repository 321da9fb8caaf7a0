import { spawn } from 'node:child_process';
import { chown, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CloudError } from '@novadock/model';
import { keepLastLines } from './keep-last-lines.ts';
import { isAlive } from './process-identity.ts';
import type { ServerUser } from './server-user.ts';

/** Makes `dataDir` a database cluster unless it is one; never leaves half of one behind. Throws what initdb said last. */
export async function initData({ bin, dataDir, user }: { bin: string; dataDir: string; user: ServerUser | undefined }): Promise<void> {
  if (await stat(join(dataDir, 'PG_VERSION')).catch(() => undefined)) return;
  await removeLeftovers(dataDir);
  // Renamed into place when it is whole: this process may be killed, and another may be at it too.
  const fresh = `${dataDir}.new-${process.pid}`;
  await mkdir(fresh, { mode: 0o700 });
  if (user) await chown(fresh, user.uid, user.gid);
  try {
    await runInitdb({ bin, cwd: fresh, user });
    await rename(fresh, dataDir);
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

async function removeLeftovers(dataDir: string): Promise<void> {
  const parent = join(dataDir, '..');
  for (const name of await readdir(parent)) {
    const pid = /\.new-(\d+)$/.exec(name)?.[1];
    if (pid && (Number(pid) === process.pid || !isAlive(Number(pid)))) await rm(join(parent, name), { recursive: true, force: true });
  }
}

async function runInitdb({ bin, cwd, user }: { bin: string; cwd: string; user: ServerUser | undefined }): Promise<void> {
  // The directory goes by /proc/self/cwd, because its path may lead through directories that are closed to the server's user.
  const args = ['-D', '/proc/self/cwd', '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-instructions', '--data-checksums'];
  const child = spawn(join(bin, 'initdb'), args, { cwd, uid: user?.uid, gid: user?.gid, stdio: ['ignore', 'ignore', 'pipe'], env: { LC_ALL: 'C', TZ: 'UTC', PATH: process.env.PATH } });
  const lastLines = keepLastLines(child.stderr);
  const reason = await new Promise<string | undefined>((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code) => resolve(code === 0 ? undefined : lastLines()));
  });
  if (reason !== undefined) {
    throw new CloudError('unavailable', `The embedded database could not be created in ${cwd}${user ? ` as user ${user.name}` : ''}; initdb said: ${reason}`);
  }
}
