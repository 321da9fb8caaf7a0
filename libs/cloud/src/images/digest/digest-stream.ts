import { JobWorker } from './job-worker.ts';
import { jobs, type Digest } from './jobs.ts';

const blockBytes = 1024 ** 2;
/** How many blocks a thread may be behind. */
const ahead = 2;
/** Blocks are used again; parsers keep some kilobytes back, so the block before the ones in use is left alone, too. */
const blocks = ahead + 2;

/**
 * Finds out about bytes while they pass, on threads, for hashing is slower than disks are. Bytes pass at the pace of the slowest, in
 * memory that does not grow with them.
 */
export class DigestStream {
  #workers: { [Job in keyof Digest]: JobWorker<Job> } | undefined;
  /** Oldest first. */
  readonly #handedOver: Uint8Array[] = [];
  #block = newBlock();
  #filled = 0;

  /** Passes a source on as it is. */
  async *pass(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      for (let offset = 0; offset < chunk.length; ) {
        if (this.#filled === blockBytes) await this.#handOver();
        const part = chunk.subarray(offset, offset + blockBytes - this.#filled);
        this.#block.set(part, this.#filled);
        this.#filled += part.length;
        offset += part.length;
      }
      yield chunk;
    }
  }

  /** What the bytes were, once all have passed. */
  async finish(): Promise<Digest> {
    if (this.#workers === undefined) return digestBytes(this.#block.subarray(0, this.#filled));
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
    const full = this.#block.subarray(0, this.#filled);
    await Promise.all(Object.values(this.#workers).map((worker) => worker.push(full, ahead)));
    this.#handedOver.push(this.#block);
    this.#block = (this.#handedOver.length < blocks ? undefined : this.#handedOver.shift()) ?? newBlock();
    this.#filled = 0;
  }
}

/** A few bytes are done sooner than threads are started. */
async function digestBytes(bytes: Uint8Array): Promise<Digest> {
  const once = () => (async function* () { yield bytes; })();
  const [md5, sha512, inspection] = await Promise.all([jobs.md5(once()), jobs.sha512(once()), jobs.inspection(once())]);
  return { md5, sha512, inspection };
}

function newBlock(): Uint8Array {
  return new Uint8Array(new SharedArrayBuffer(blockBytes));
}
