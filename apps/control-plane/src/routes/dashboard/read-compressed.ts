import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const codings = [
  { coding: 'br', ending: '.br' },
  { coding: 'gzip', ending: '.gz' },
] as const;

export type Compressed = { content: Buffer; coding: 'br' | 'gzip' | undefined };

/** A file as small as its client takes it (`accept`: its Accept-Encoding); undefined when there is none. */
export async function readCompressed(folder: string, name: string, accept: string | undefined): Promise<Compressed | undefined> {
  // A client that does not want a coding at all says so with a weight of 0.
  const wanted = new Set((accept ?? '').split(',').flatMap((one) => (/;\s*q=0(\.0*)?\s*$/.test(one) ? [] : [one.split(';')[0]?.trim()])));
  for (const { coding, ending } of codings) {
    if (!wanted.has(coding)) continue;
    const content = await readIfThere(join(folder, `${name}${ending}`));
    if (content !== undefined) return { content, coding };
  }
  const content = await readIfThere(join(folder, name));
  return content && { content, coding: undefined };
}

function readIfThere(file: string): Promise<Buffer | undefined> {
  return readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}
