import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { syncFolder } from './sync-folder.ts';

/** Makes a folder and those above it that are missing, and has them on disk before it returns. */
export async function makeFolder(folder: string, mode = 0o755): Promise<void> {
  const first = await mkdir(resolve(folder), { recursive: true, mode });
  if (first === undefined) return;
  for (let at = resolve(folder); at.length >= first.length; at = dirname(at)) await syncFolder(dirname(at));
}
