import type { Readable } from 'node:stream';
import { CloudError, type ReadLogs } from '@novadock/model';
import { demultiplex } from './demultiplex.ts';
import type { Engine } from './engine.ts';
import { fromDockerError } from './errors.ts';
import { observe } from './observe.ts';

/** The console of an instance, as AgentService.readLogs has it; throws `notFound` when it has no container. */
export async function* readLogs(engine: Engine, { instanceId, tail, follow, sinceMs }: ReadLogs, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const { containerId } = await observe(engine, instanceId);
  if (containerId === '') throw new CloudError('notFound', 'The host has no such instance.');
  const options = { stdout: true, stderr: true, tail: tail < 0 ? 'all' : tail, since: sinceMs / 1000, abortSignal: signal } as const;
  const container = engine.patient.getContainer(containerId);
  try {
    if (follow) yield* demultiplex((await container.logs({ ...options, tail: options.tail as number, follow: true })) as Readable);
    else yield* demultiplex([await container.logs({ ...options, tail: options.tail as number, follow: false })]);
  } catch (error) {
    if (!signal.aborted) throw fromDockerError(error);
  }
}
