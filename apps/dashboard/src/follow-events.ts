import { readMessages, type CloudEvent } from '@novadock/api-client/browser';
import { CloudError } from '@novadock/model';

export type FollowEvents = {
  /** Opens the stream after the event with this id. */
  open: (lastId: string | undefined, signal: AbortSignal) => Promise<ReadableStream<Uint8Array>>;
  onEvent: (event: CloudEvent) => void;
  /** Hears each change: events come as they happen, or they do not. */
  onLive: (live: boolean) => void;
  signal: AbortSignal;
  /** Resolves when it is time to connect again, after so many attempts in vain. */
  pause: (attempts: number, signal: AbortSignal) => Promise<void>;
  /** The server says something every 15 s; when it is silent for so long, it is gone. */
  silentMs?: number;
};

/**
 * Follows events until `signal`: each once, in order, none missed. A connection that breaks is made again where it broke. EventSource
 * cannot send a token, and one in the URL would end up in logs. Throws what the API refuses (4xx): faults of the server pass.
 */
export async function followEvents({ open, onEvent, onLive, signal, pause, silentMs = 45_000 }: FollowEvents): Promise<void> {
  let lastId: string | undefined;
  for (let attempts = 0; !signal.aborted; attempts += 1) {
    const silence = watchSilence(silentMs);
    try {
      const body = await open(lastId, AbortSignal.any([signal, silence.signal]));
      onLive(true);
      attempts = 0;
      for await (const { id, data } of readMessages(readChunks(body, silence.heard))) {
        lastId = id ?? lastId;
        if (data !== undefined) onEvent(JSON.parse(data) as CloudEvent);
      }
    } catch (error) {
      if (!signal.aborted && error instanceof CloudError && !['unavailable', 'internal'].includes(error.code)) throw error;
    } finally {
      silence.stop();
    }
    if (signal.aborted) return;
    onLive(false);
    await pause(attempts + 1, signal);
  }
}

/** Not every browser can iterate over a stream. */
async function* readChunks(body: ReadableStream<Uint8Array>, heard: () => void): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    heard();
    yield value;
  }
}

function watchSilence(silentMs: number): { signal: AbortSignal; heard: () => void; stop: () => void } {
  const controller = new AbortController();
  const over = () => controller.abort(new CloudError('unavailable', 'The control plane went silent.'));
  let timer = setTimeout(over, silentMs);
  const stop = () => clearTimeout(timer);
  const heard = () => {
    stop();
    timer = setTimeout(over, silentMs);
  };
  return { signal: controller.signal, heard, stop };
}
