import type { Readable } from 'node:stream';

/** Where image bytes live, by keys that their writers make up (UUIDs). A blob is there as a whole or not at all. */
export type BlobStore = {
  /** Stores a stream under a key that was never used before, and returns its size. When the stream fails nothing is left. */
  write(key: string, source: AsyncIterable<Uint8Array>): Promise<{ sizeBytes: number }>;
  /** Reads a blob, or bytes start..end of it (both included). The stream fails with `notFound` when there is none. */
  read(key: string, range?: { start: number; end: number }): Readable;
  /** Deletes a blob, and what a crash left of writing it; one that is not there is deleted already. */
  remove(key: string): Promise<void>;
  /** Throws `unavailable` when what was opened is not there any more. */
  assertThere(): Promise<void>;
};
