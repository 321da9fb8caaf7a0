import { rename, writeFile } from 'node:fs/promises';

/** Writes a file that only the agent may read; a crash leaves the old text or the new one. */
export async function writeWhole(file: string, text: string): Promise<void> {
  const fresh = `${file}.new`;
  await writeFile(fresh, text, { mode: 0o600, flush: true });
  await rename(fresh, file);
}
