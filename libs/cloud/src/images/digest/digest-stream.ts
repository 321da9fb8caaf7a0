import { JobWorker } from './job-worker.ts';
import { jobs, type Digest } from './jobs.ts';

const blockBytes = 1024 ** 2;
/** How many blocks a thread may be behind. */
const ahead = 2;
/** Blocks are used in turn; parsers keep some kilobytes back, so the block before the ones in use is left alone, too. */
const blockCount = ahead + 2;

/**
 * Finds out about bytes while they pass, on threads, for hashing is slower than disks are, and nobody else shall wait for it. Bytes pass at the
 * pace of the slower thread, in memory that does not grow with them. What fits into that memory is done without threads, which take their time to start.
 */
export class DigestStream {
  readonly #blocks: Uint8Array[] = [newBlock()];
  #workers: { [Job in keyof Digest]: JobWorker<Job> } | undefined;
  #block = 0;
  #filled = 0;

  /** Passes a source on as it is. */
  async *pass(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      for (let offset = 0; offset < chunk.length; ) {
        if (this.#filled === blockBytes) await this.#nextBlock();
        const part = chunk.subarray(offset, offset + blockBytes - this.#filled);
        this.#blocks[this.#block]?.set(part, this.#filled);
        this.#filled += part.length;
        offset += part.length;
      }
      yield chunk;
    }
  }

  /** What the bytes were, once all have passed. */
  async finish(): Promise<Digest> {
    if (this.#workers === undefined) return digestBlocks(this.#blocks.map((block, index) => (index === this.#block ? block.subarray(0, this.#filled) : block)));
    await this.#handOver(this.#block, this.#filled);
    const { checksums, inspection } = this.#workers;
    const [sums, found] = await Promise.all([checksums.end(), inspection.end()]);
    return { checksums: sums, inspection: found };
  }

  /** Ends the threads. */
  async stop(): Promise<void> {
    await Promise.all(Object.values(this.#workers ?? {}).map((worker) => worker.stop()));
  }

  async #nextBlock(): Promise<void> {
    if (this.#workers !== undefined) await this.#handOver(this.#block, blockBytes);
    else if (this.#blocks.length < blockCount) this.#blocks.push(newBlock());
    else {
      this.#workers = { checksums: new JobWorker('checksums', this.#blocks), inspection: new JobWorker('inspection', this.#blocks) };
      for (const block of this.#blocks.keys()) await this.#handOver(block, blockBytes);
    }
    this.#block = (this.#block + 1) % blockCount;
    this.#filled = 0;
  }

  async #handOver(block: number, length: number): Promise<void> {
    await Promise.all(Object.values(this.#workers ?? {}).map((worker) => worker.push({ block, length }, ahead)));
  }
}

async function digestBlocks(blocks: Uint8Array[]): Promise<Digest> {
  const again = () => (async function* () { yield* blocks; })();
  const [checksums, inspection] = await Promise.all([jobs.checksums(again()), jobs.inspection(again())]);
  return { checksums, inspection };
}

function newBlock(): Uint8Array {
  return new Uint8Array(new SharedArrayBuffer(blockBytes));
}
