import { rename, writeFile } from 'node:fs/promises';

/** Writes a file that only the agent may read; a crash leaves the old text or the new one. It is cheap, so a power cut may bring the old text back after this has returned: where that does harm, replaceFile is the one to use. */
export async function writeWhole(file: string, text: string): Promise<void> {
  const fresh = `${file}.new`;
  await writeFile(fresh, text, { mode: 0o600, flush: true });
  await rename(fresh, file);
}
