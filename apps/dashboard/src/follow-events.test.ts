import { CloudError } from '@novadock/model';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { followEvents } from './follow-events.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const event = (id: number) => `id: ${id}\nevent: host.up\ndata: ${JSON.stringify({ id: String(id), kind: 'host.up' })}\n\n`;
type Source = ReadableStreamDefaultController<Uint8Array>;

/** A server that the test plays; what is heard of it is in `log`. */
function follow() {
  const ended = new AbortController();
  const sources: Source[] = [];
  const log: string[] = [];
  let failure: Error | undefined;
  const open = async (lastId: string | undefined, signal: AbortSignal) => {
    log.push(`open after ${lastId ?? 'nothing'}`);
    if (failure !== undefined) throw failure;
    return new ReadableStream<Uint8Array>({
      start: (source) => {
        sources.push(source);
        signal.addEventListener('abort', () => source.error(signal.reason));
      },
    });
  };
  const pause = (attempts: number) => {
    log.push(`pause ${attempts}`);
    return new Promise<void>((resolve) => setTimeout(resolve, 500));
  };
  const done = followEvents({ open, pause, signal: ended.signal, onEvent: ({ id }) => log.push(`event ${id}`), onLive: (live) => log.push(live ? 'live' : 'lost'), silentMs: 45_000 });
  done.catch(() => {});
  return { log, done, end: () => ended.abort(), fail: (error: Error | undefined) => (failure = error), say: (text: string) => sources.at(-1)?.enqueue(new TextEncoder().encode(text)), cut: () => sources.at(-1)?.close() };
}
const settle = () => vi.advanceTimersByTimeAsync(1);

test('a stream that breaks is made again where it broke, later and later while that is in vain', async () => {
  const stream = follow();
  await settle();
  stream.say(`retry: 1000\nid: 4\n\n${event(5)}${event(6).slice(0, 9)}`);
  await settle();
  stream.fail(new CloudError('unavailable', 'away'));
  stream.cut();
  await vi.advanceTimersByTimeAsync(600);
  stream.fail(undefined);
  await vi.advanceTimersByTimeAsync(600);
  stream.say(event(6));
  await settle();
  stream.end();
  await stream.done;
  expect(stream.log).toEqual(['open after nothing', 'live', 'event 5', 'lost', 'pause 1', 'open after 5', 'lost', 'pause 2', 'open after 5', 'live', 'event 6']);
});

test('a server that goes silent is gone', async () => {
  const stream = follow();
  await settle();
  stream.say(': nothing new\n\n');
  await vi.advanceTimersByTimeAsync(44_000);
  stream.say(': nothing new\n\n');
  await vi.advanceTimersByTimeAsync(44_000);
  expect(stream.log).toEqual(['open after nothing', 'live']);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(stream.log).toEqual(['open after nothing', 'live', 'lost', 'pause 1', 'open after nothing', 'live']);
  stream.end();
});

test('a fault of the server is tried again: what it needs may be away for a moment', async () => {
  const stream = follow();
  await settle();
  stream.fail(new CloudError('internal', 'HTTP 500'));
  stream.cut();
  await vi.advanceTimersByTimeAsync(600);
  stream.fail(undefined);
  await vi.advanceTimersByTimeAsync(600);
  expect(stream.log).toEqual(['open after nothing', 'live', 'lost', 'pause 1', 'open after nothing', 'lost', 'pause 2', 'open after nothing', 'live']);
  stream.end();
});

test('what the API refuses is not tried again', async () => {
  const stream = follow();
  await settle();
  stream.fail(new CloudError('unauthenticated', 'expired'));
  stream.cut();
  await vi.advanceTimersByTimeAsync(600);
  await expect(stream.done).rejects.toMatchObject({ code: 'unauthenticated' });
});
