import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive } from './process-identity.ts';

export type FoundPostmaster = { pid: number; owner: string | undefined };

/** The server that runs on `dataDir`, if any; removes a lock file that would keep a new one from starting. */
export async function findPostmaster(dataDir: string): Promise<FoundPostmaster | undefined> {
  const lockFile = join(dataDir, 'postmaster.pid');
  const text = await readFile(lockFile, 'utf8').catch(ignoreMissing);
  const pid = Number(text?.split('\n')[0]);
  if (!pid) return undefined;
  const args = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0');
  if (isAlive(pid) && args.includes(`novadock.data=${dataDir}`)) {
    return { pid, owner: args.find((arg) => arg.startsWith('novadock.owner='))?.slice('novadock.owner='.length) };
  }
  // PostgreSQL trusts a pid that exists. A zombie has one, and after a reboot it may be anybody's.
  await rm(lockFile, { force: true });
  return undefined;
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
