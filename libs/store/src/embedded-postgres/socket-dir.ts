import { createHash } from 'node:crypto';
import { chown, lstat, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudError } from '@novadock/model';
import type { ServerUser } from './server-user.ts';

// sun_path holds 107 bytes on Linux.
const longestDir = 107 - '/.s.PGSQL.5432'.length;

/** Where clients find the server's socket: the data directory, or a short private one when that path is too long for a socket. */
export async function socketDir({ dataDir, user }: { dataDir: string; user: ServerUser | undefined }): Promise<string> {
  if (Buffer.byteLength(dataDir) <= longestDir) return dataDir;
  const hash = createHash('sha256').update(dataDir).digest('hex').slice(0, 16);
  const dir = join(user ? '/run' : (process.env.XDG_RUNTIME_DIR ?? tmpdir()), `novadock-${hash}`);
  const made = await mkdir(dir, { mode: 0o700 }).then(() => true, () => false);
  if (made && user) await chown(dir, user.uid, user.gid);
  // In a directory that all may write to, somebody else may have put it there first.
  const { uid, mode } = await lstat(dir);
  if (uid !== (user?.uid ?? process.getuid?.()) || (mode & 0o170077) !== 0o040000) {
    throw new CloudError('unavailable', `${dir} should be a directory of the database's own user, closed to others. Remove it, or set NOVADOCK_HOME to a shorter path.`);
  }
  return dir;
}
