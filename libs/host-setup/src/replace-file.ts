import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder } from './sync-folder.ts';

/** Where a file is written before it is put in place; a power cut may leave it behind. */
export function freshName(file: string): string {
  return `${file}.novadock-new`;
}

/** Puts a file in the place of what lies at `file`: whatever happens meanwhile, the old one is there or the new one, whole; once this returns, the new one. */
export async function replaceFile(options: { file: string; content: string | Uint8Array; mode: number; owner?: { uid: number; gid: number } }): Promise<void> {
  const { file, content, mode, owner } = options;
  const fresh = freshName(file);
  await rm(fresh, { force: true });
  // Closed to others until the owner is set; not through a link that somebody put there.
  const handle = await open(fresh, 'wx', 0o600);
  try {
    await handle.writeFile(content);
    if (owner !== undefined) await handle.chown(owner.uid, owner.gid);
    await handle.chmod(mode);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(fresh, file);
  await syncFolder(dirname(file));
}
