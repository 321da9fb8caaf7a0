import { createHash } from 'node:crypto';
import { inspectArchive } from '../inspect-archive.ts';

/** What is found out about bytes that pass, in two parts that take about as long. Each reads all of them. */
export const jobs = { checksums, inspection: inspectArchive };

export type Digest = { [Job in keyof typeof jobs]: Awaited<ReturnType<(typeof jobs)[Job]>> };

async function checksums(bytes: AsyncIterable<Uint8Array>): Promise<{ md5: string; sha512: string }> {
  const [md5, sha512] = [createHash('md5'), createHash('sha512')];
  for await (const chunk of bytes) {
    md5.update(chunk);
    sha512.update(chunk);
  }
  return { md5: md5.digest('hex'), sha512: sha512.digest('hex') };
}
