import { setTimeout as delay } from 'node:timers/promises';
import { CloudError } from '@novadock/model';
import type { Connection } from './connect.ts';
import type { CloudEvent, EventFilter } from './types.ts';

const reconnectMs = 500;
/** The server says something every 15 s; when it is silent for so long, it is gone. */
const silentMs = 45_000;

/**
 * The events to come (after the one with the id `after`, where that is given) until `signal`: each once, in order, none missed. A connection
 * that breaks is made again where it broke. Throws what the API refuses, and `unavailable` when it does not answer at first.
 */
export async function* followEvents(connection: Connection, { after, ...query }: EventFilter & { after?: string }, signal?: AbortSignal): AsyncGenerator<CloudEvent> {
  let lastId = after;
  for (let connected = false; !isAborted(signal); ) {
    try {
      const { body } = await connection.open({ method: 'GET', path: '/v1/events', query, signal, headers: toHeaders(lastId) });
      connected = true;
      body.setTimeout(silentMs, () => body.destroy(new Error('silent')));
      for await (const { id, data } of readMessages(body)) {
        lastId = id ?? lastId;
        if (data !== undefined) yield JSON.parse(data) as CloudEvent;
      }
    } catch (error) {
      if (!isAborted(signal) && isFinal(error, connected)) throw error;
    }
    await delay(reconnectMs, undefined, { signal }).catch(() => {});
  }
}

function toHeaders(lastId: string | undefined): Record<string, string> {
  return { accept: 'text/event-stream', ...(lastId === undefined ? {} : { 'last-event-id': lastId }) };
}

function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

/** Whether connecting again is of no use. */
function isFinal(error: unknown, connected: boolean): boolean {
  return error instanceof CloudError && (error.code !== 'unavailable' || !connected);
}

/** The messages of a stream of Server-Sent Events, as far as /v1 uses them: an id each, and data but for the first. */
export async function* readMessages(body: AsyncIterable<Uint8Array>): AsyncGenerator<{ id?: string; data?: string }> {
  let message: { id?: string; data?: string } = {};
  for await (const line of readLines(body)) {
    const [, field, value] = /^(id|data): ?(.*)$/.exec(line) ?? [];
    if (field !== undefined) message = { ...message, [field]: value };
    if (line !== '') continue;
    if (message.id !== undefined || message.data !== undefined) yield message;
    message = {};
  }
}

async function* readLines(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split(/\r?\n/);
    rest = lines.pop() ?? '';
    yield* lines;
  }
}
