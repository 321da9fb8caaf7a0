import { createHash } from 'node:crypto';
import { inspectArchive } from '../inspect-archive.ts';

/** What is found out about bytes that pass. Each reads all of them. */
export const jobs = {
  md5: (bytes: AsyncIterable<Uint8Array>) => hash('md5', bytes),
  sha512: (bytes: AsyncIterable<Uint8Array>) => hash('sha512', bytes),
  inspection: inspectArchive,
};

export type Digest = { [Job in keyof typeof jobs]: Awaited<ReturnType<(typeof jobs)[Job]>> };

async function hash(algorithm: string, bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash(algorithm);
  for await (const chunk of bytes) hash.update(chunk);
  return hash.digest('hex');
}
