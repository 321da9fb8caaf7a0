// The thread of a JobWorker: takes blocks until null comes, answers each when it is used up, and then with the result.
import { on } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import { jobs } from './jobs.ts';

if (parentPort === null) throw new Error('This is the program of a thread.');
const port = parentPort;

async function* blocks(): AsyncGenerator<Uint8Array> {
  for await (const [block] of on(port, 'message') as AsyncIterable<[Uint8Array | null]>) {
    if (block === null) return;
    yield block;
    port.postMessage({ used: true });
  }
}

port.postMessage({ result: await jobs[workerData as keyof typeof jobs](blocks()) });
