import type { Readable } from 'node:stream';

/** Where image bytes live. Keys are opaque; a blob is there as a whole or not at all. */
export type BlobStore = {
  /** Stores a stream under a new key and returns key and size; when the stream fails nothing is left. */
  write(source: AsyncIterable<Uint8Array>): Promise<{ key: string; sizeBytes: number }>;
  /** Reads a blob, or bytes start..end of it (both included). Throws `notFound`. */
  read(key: string, range?: { start: number; end: number }): Readable;
  /** Deletes a blob; one that is not there is deleted already. */
  remove(key: string): Promise<void>;
};
