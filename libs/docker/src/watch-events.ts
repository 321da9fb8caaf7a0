import type { Readable } from 'node:stream';
import type { Engine } from './engine.ts';
import { fromDockerError } from './errors.ts';
import { cloudLabel, instanceLabel } from './labels.ts';

/** Something happened to an instance's container; what, is found out by looking. */
export type ContainerEvent = { instanceId: string; action: string; atMs: number };

/** Each changes what an instance's status says. */
const actions = ['start', 'die', 'oom', 'pause', 'unpause', 'destroy'];

type EngineEvent = { Action: string; Actor: { Attributes: Record<string, string> }; timeNano: number };

/**
 * What happens to this cloud's containers from now on, until the engine goes away or `signal` ends it. Once the promise is
 * fulfilled no event is missed. Throws `unavailable` when the engine does not answer.
 */
export async function watchEvents(engine: Engine, signal: AbortSignal): Promise<AsyncIterable<ContainerEvent>> {
  const filters = { type: ['container'], label: [`${cloudLabel}=${engine.cloudId}`], event: actions };
  // The engine answers a moment before it listens; asked for what happened since, it looks back over that moment.
  const since = Date.now() / 1000;
  try {
    const stream = await engine.patient.getEvents({ filters: JSON.stringify(filters), since, abortSignal: signal });
    return parseEvents(stream as Readable, signal);
  } catch (error) {
    throw fromDockerError(error);
  }
}

async function* parseEvents(stream: AsyncIterable<Buffer>, signal: AbortSignal): AsyncGenerator<ContainerEvent> {
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for await (const chunk of stream) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      yield* lines.flatMap((line) => toEvent(JSON.parse(line) as EngineEvent));
    }
  } catch (error) {
    if (!signal.aborted) throw fromDockerError(error);
  }
}

/** None for a container that somebody gave the cloud's label and no instance's. */
function toEvent({ Action: action, Actor: actor, timeNano }: EngineEvent): ContainerEvent[] {
  const instanceId = actor.Attributes[instanceLabel];
  return instanceId === undefined ? [] : [{ instanceId, action, atMs: Math.floor(timeNano / 1e6) }];
}
