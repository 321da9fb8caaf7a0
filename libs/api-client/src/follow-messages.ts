import { setTimeout as delay } from 'node:timers/promises';
import { CloudError } from '@novadock/model';
import type { Connection } from './connect.ts';
import { readMessages } from './read-messages.ts';
import type { Call } from './to-outgoing.ts';

export type FollowMessages = Pick<Call, 'path' | 'query'> & {
  /** The id of the message that is the last one known. */
  after?: string;
  signal?: AbortSignal;
  /** Hears, once each time, that the control plane does not answer any more. */
  onLost?: () => void;
  /** Whether a message is the last one; without it there is always one more to come. */
  isLast?: (message: unknown) => boolean;
};

const reconnectMs = 500;
/** The server says something every 15 s; when it is silent for so long, it is gone. */
const silentMs = 45_000;

/**
 * The messages of a stream of Server-Sent Events after `after`, until the last one or `signal`: each once, in order, none missed. A connection that
 * breaks is made again where it broke, also while the control plane answers that it cannot (5xx). Throws what the API refuses, and what keeps it from answering at first.
 */
export async function* followMessages<Message>(connection: Connection, { path, query, after, signal, onLost, isLast = () => false }: FollowMessages): AsyncGenerator<Message> {
  let lastId = after;
  for (let connected = false; !isAborted(signal); ) {
    try {
      const { body } = await connection.open({ method: 'GET', path, query, signal, headers: toHeaders(lastId) });
      connected = true;
      body.setTimeout(silentMs, () => body.destroy(new Error('silent')));
      for await (const { id, data } of readMessages(body)) {
        lastId = id ?? lastId;
        if (data === undefined) continue;
        const message = JSON.parse(data) as Message;
        yield message;
        if (isLast(message)) return;
      }
    } catch (error) {
      if (isAborted(signal)) return;
      if (isFinal(error, connected)) throw error;
      onLost?.();
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

/** Whether connecting again is of no use: a fault of the control plane, or of what it needs, passes. */
function isFinal(error: unknown, connected: boolean): boolean {
  return error instanceof CloudError && (!connected || (error.code !== 'unavailable' && error.code !== 'internal'));
}
