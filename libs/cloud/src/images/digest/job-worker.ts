import { Worker } from 'node:worker_threads';
import type { Digest } from './jobs.ts';

/** What a thread is started with, and the part of a block that it is handed. */
export type JobThread = { job: keyof Digest; blocks: Uint8Array[] };
export type Part = { block: number; length: number };

type Message<Job extends keyof Digest> = { used: true } | { result: Digest[Job] };

/** tools/bundle.ts makes the second of the first. */
const program = import.meta.url.endsWith('.ts') ? './job-thread.ts' : './job-thread.js';

/** A job that runs in a thread of its own, fed through blocks of shared memory. */
export class JobWorker<Job extends keyof Digest> {
  readonly #worker: Worker;
  readonly #result = Promise.withResolvers<Digest[Job]>();
  #room = Promise.withResolvers<void>();
  #unused = 0;

  constructor(job: Job, blocks: Uint8Array[]) {
    this.#worker = new Worker(new URL(program, import.meta.url), { workerData: { job, blocks } satisfies JobThread });
    this.#worker.on('message', (message: Message<Job>) => this.#take(message));
    this.#worker.on('error', (error) => this.#fail(error));
    this.#worker.on('exit', () => this.#fail(new Error(`The thread for ${job} ended early.`)));
    this.#result.promise.catch(() => {});
  }

  /** Hands a part over; returns once at most `ahead` parts are not used up yet. Throws when the thread failed. */
  async push(part: Part, ahead: number): Promise<void> {
    this.#unused += 1;
    this.#worker.postMessage(part);
    while (this.#unused > ahead) await this.#room.promise;
  }

  /** What the job made of all parts. Throws what it threw. */
  end(): Promise<Digest[Job]> {
    this.#worker.postMessage(null);
    return this.#result.promise;
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }

  #take(message: Message<Job>): void {
    if ('result' in message) return this.#result.resolve(message.result);
    this.#unused -= 1;
    this.#room.resolve();
    this.#room = Promise.withResolvers();
  }

  #fail(error: Error): void {
    this.#result.reject(error);
    this.#room.promise.catch(() => {});
    this.#room.reject(error);
  }
}
