import { JobWorker } from './job-worker.ts';
import { jobs, type Digest } from './jobs.ts';

const blockBytes = 1024 ** 2;
/** How many blocks a thread may be behind; what it still holds of the ones before (the parsers keep some kilobytes back) lasts one more. */
const ahead = 2;
const ringBlocks = ahead + 2;

/**
 * Finds out about bytes while they pass, on threads, for hashing is slower than disks are. Bytes pass at the pace of the slowest, in
 * memory that does not grow with them.
 */
export class DigestStream {
  readonly #ring = Array.from({ length: ringBlocks }, () => new Uint8Array(new SharedArrayBuffer(blockBytes)));
  #workers: { [Job in keyof Digest]: JobWorker<Job> } | undefined;
  #slot = 0;
  #filled = 0;

  /** Passes a source on as it is. */
  async *pass(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      for (let offset = 0; offset < chunk.length; ) {
        if (this.#filled === blockBytes) await this.#handOver();
        const part = chunk.subarray(offset, offset + blockBytes - this.#filled);
        this.#ring[this.#slot]!.set(part, this.#filled);
        this.#filled += part.length;
        offset += part.length;
      }
      yield chunk;
    }
  }

  /** What the bytes were, once all have passed. */
  async finish(): Promise<Digest> {
    const rest = this.#ring[this.#slot]!.subarray(0, this.#filled);
    if (this.#workers === undefined) return digestBytes(rest);
    await this.#handOver();
    const { md5, sha512, inspection } = this.#workers;
    const [md5Sum, sha512Sum, found] = await Promise.all([md5.end(), sha512.end(), inspection.end()]);
    return { md5: md5Sum, sha512: sha512Sum, inspection: found };
  }

  /** Ends the threads. */
  async stop(): Promise<void> {
    await Promise.all(Object.values(this.#workers ?? {}).map((worker) => worker.stop()));
  }

  async #handOver(): Promise<void> {
    this.#workers ??= { md5: new JobWorker('md5'), sha512: new JobWorker('sha512'), inspection: new JobWorker('inspection') };
    const block = this.#ring[this.#slot]!.subarray(0, this.#filled);
    await Promise.all(Object.values(this.#workers).map((worker) => worker.push(block, ahead)));
    this.#slot = (this.#slot + 1) % ringBlocks;
    this.#filled = 0;
  }
}

/** A few bytes are done sooner than threads are started. */
async function digestBytes(bytes: Uint8Array): Promise<Digest> {
  const once = () => (async function* () { yield bytes; })();
  const [md5, sha512, inspection] = await Promise.all([jobs.md5(once()), jobs.sha512(once()), jobs.inspection(once())]);
  return { md5, sha512, inspection };
}
