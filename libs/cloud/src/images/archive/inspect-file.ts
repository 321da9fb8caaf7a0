import { createHash, type Hash } from 'node:crypto';
import { CloudError } from '@novadock/model';
import { compressionOf, decompress } from './compression.ts';
import { countContent } from './count-content.ts';
import { peek } from './peek.ts';

/**
 * A file of an archive. `json`: its text when it may be JSON and is small enough to keep. `layer`: what it would be as a layer, plain or
 * compressed as engines take it: `diffId` is the SHA-256 of the layer's tar, by which its image's config names it.
 */
export type ArchiveFile = { sha256: string; json: string | undefined; layer: { diffId: string; contentBytes: number } | { problem: string } };

/** Reads a file of an archive to its end. What it is for is known only later, from a manifest that may come last. */
export async function inspectFile(body: AsyncIterable<Uint8Array>, maxJsonBytes: number): Promise<ArchiveFile> {
  const rawHash = createHash('sha256');
  let broken: { error: unknown } | undefined;
  const { head, whole } = await peek(hashed(body, rawHash, (error) => (broken = { error })), 5);
  const kept = /^\s*[{[]/.test(head.toString('latin1')) ? keepUpTo(maxJsonBytes) : undefined;
  const seen = kept === undefined ? whole : kept.watch(whole);
  const compression = compressionOf(head);
  const plainHash = createHash('sha256');
  const plain = compression === undefined ? seen : hashed(decompress(seen, compression), plainHash);
  const content = await countContent(plain).catch(toProblem);
  if (broken !== undefined) throw broken.error;
  const sha256 = rawHash.digest('hex');
  const diffId = compression === undefined ? sha256 : plainHash.digest('hex');
  return { sha256, json: kept?.text(), layer: typeof content === 'number' ? { diffId, contentBytes: content } : content };
}

function toProblem(error: unknown): { problem: string } {
  if (error instanceof CloudError) return { problem: error.message };
  throw error;
}

async function* hashed(source: AsyncIterable<Uint8Array>, hash: Hash, onError?: (error: unknown) => void): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of source) {
      hash.update(chunk);
      yield chunk;
    }
  } catch (error) {
    onError?.(error);
    throw error;
  }
}

/** Keeps the bytes that pass, or none of them when they are more than it may keep. */
function keepUpTo(maxBytes: number): { watch(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array>; text(): string | undefined } {
  let chunks: Buffer[] | undefined = [];
  let left = maxBytes;
  return {
    async *watch(source) {
      for await (const chunk of source) {
        left -= chunk.length;
        if (left < 0) chunks = undefined;
        chunks?.push(Buffer.from(chunk));
        yield chunk;
      }
    },
    text: () => chunks && Buffer.concat(chunks).toString(),
  };
}
