// The thread of a JobWorker: takes parts of shared blocks until null comes, says when each is used up, and then the result.
import { on } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import { jobs } from './jobs.ts';
import type { JobThread, Part } from './job-worker.ts';

if (parentPort === null) throw new Error('This is the program of a thread.');
const port = parentPort;
const { job, blocks } = workerData as JobThread;

async function* bytes(): AsyncGenerator<Uint8Array> {
  for await (const [part] of on(port, 'message') as AsyncIterable<[Part | null]>) {
    if (part === null) return;
    const block = blocks[part.block];
    if (block === undefined) throw new Error(`There is no block ${part.block}.`);
    yield block.subarray(0, part.length);
    port.postMessage({ used: true });
  }
}

port.postMessage({ result: await jobs[job](bytes()) });
