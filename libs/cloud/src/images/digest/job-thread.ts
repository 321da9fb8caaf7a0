// The thread of a JobWorker: takes blocks until null comes, answers each when it is used up, and then with the result.
import { on } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import { jobs } from './jobs.ts';

async function* blocks(): AsyncGenerator<Uint8Array> {
  for await (const [block] of on(parentPort!, 'message') as AsyncIterable<[Uint8Array | null]>) {
    if (block === null) return;
    yield block;
    parentPort!.postMessage({ used: true });
  }
}

parentPort!.postMessage({ result: await jobs[workerData as keyof typeof jobs](blocks()) });
