import type { Fleet } from '@novadock/api-client/browser';
import { CloudError } from '@novadock/model';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { followFleet, type FleetState } from './follow-fleet.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function follow({ readMs = 0 }: { readMs?: number } = {}) {
  const ended = new AbortController();
  const states: FleetState[] = [];
  let reads = 0;
  let expired = 0;
  let failure: CloudError | undefined;
  let source: ReadableStreamDefaultController<Uint8Array> | undefined;
  const api = {
    fleet: async () => {
      reads += 1;
      await vi.advanceTimersByTimeAsync(0);
      if (readMs > 0) await new Promise((resolve) => setTimeout(resolve, readMs));
      if (failure !== undefined) throw failure;
      return { at: String(reads) } as Fleet;
    },
    openEvents: async () => new ReadableStream<Uint8Array>({ start: (given) => void (source = given) }),
  };
  const readSoon = followFleet({ api, onState: (state) => states.push(state), onExpired: () => (expired += 1), signal: ended.signal, pause: () => new Promise((resolve) => setTimeout(resolve, 500)) });
  const say = (kind: string) => source?.enqueue(new TextEncoder().encode(`id: 1\ndata: ${JSON.stringify({ kind })}\n\n`));
  return { states, readSoon, say, cut: () => source?.close(), fail: (error: CloudError | undefined) => (failure = error), end: () => ended.abort(), reads: () => reads, expired: () => expired };
}

describe('the fleet', () => {
  test('is read once for many events, and once more after the last one', async () => {
    const fleet = follow();
    await vi.advanceTimersByTimeAsync(5000);
    const before = fleet.reads();
    for (let burst = 0; burst < 500; burst += 1) fleet.say('host.setup_step');
    await vi.advanceTimersByTimeAsync(900);
    expect(fleet.reads()).toBe(before + 1);
    await vi.advanceTimersByTimeAsync(5000);
    expect(fleet.reads()).toBe(before + 2);
    fleet.end();
  });

  test('is read at once after a quiet while, and not for what is not on the page', async () => {
    const fleet = follow();
    await vi.advanceTimersByTimeAsync(5000);
    const before = fleet.reads();
    fleet.say('image.uploaded');
    await vi.advanceTimersByTimeAsync(50);
    expect(fleet.reads()).toBe(before);
    fleet.say('host.down');
    await vi.advanceTimersByTimeAsync(50);
    expect(fleet.reads()).toBe(before + 1);
    fleet.end();
  });

  test('is asked for less often of a server that is slow', async () => {
    const fleet = follow({ readMs: 2000 });
    const asking = setInterval(fleet.readSoon, 100);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(fleet.reads()).toBeLessThanOrEqual(4);
    clearInterval(asking);
    fleet.end();
  });

  test('is seen after a while also when no event tells of a change', async () => {
    const fleet = follow();
    await vi.advanceTimersByTimeAsync(5000);
    const before = fleet.reads();
    await vi.advanceTimersByTimeAsync(30_000);
    expect(fleet.reads()).toBe(before + 1);
    fleet.end();
  });

  test('is shown as it was while the connection is lost, and is live once it was read again', async () => {
    const fleet = follow();
    await vi.advanceTimersByTimeAsync(2000);
    expect(fleet.states.at(-1)).toMatchObject({ live: 'live' });
    const { fleet: known } = fleet.states.at(-1)!;
    fleet.fail(new CloudError('unavailable', 'away'));
    fleet.cut();
    await vi.advanceTimersByTimeAsync(3000);
    expect(fleet.states.at(-1)).toMatchObject({ live: 'lost', fleet: known, problem: undefined });
    fleet.fail(undefined);
    fleet.readSoon();
    await vi.advanceTimersByTimeAsync(3000);
    expect(fleet.states.at(-1)!.live).toBe('live');
    expect(fleet.states.at(-1)!.fleet).not.toEqual(known);
    fleet.end();
  });

  test('is read again soon when that failed while the stream of events lasts', async () => {
    const fleet = follow();
    await vi.advanceTimersByTimeAsync(5000);
    for (const code of ['unavailable', 'internal'] as const) {
      fleet.fail(new CloudError(code, 'away'));
      fleet.readSoon();
      await vi.advanceTimersByTimeAsync(3000);
      expect(fleet.states.at(-1)!.live).toBe('lost');
      fleet.fail(undefined);
      await vi.advanceTimersByTimeAsync(2000);
      expect(fleet.states.at(-1)).toMatchObject({ live: 'live', problem: undefined });
    }
    fleet.end();
  });

  test('is not there without a session; what else is refused is said', async () => {
    const fleet = follow();
    fleet.fail(new CloudError('forbidden', 'not you'));
    await vi.advanceTimersByTimeAsync(2000);
    expect(fleet.states.at(-1)).toMatchObject({ problem: { message: 'not you' } });
    fleet.fail(new CloudError('unauthenticated', 'expired'));
    fleet.readSoon();
    await vi.advanceTimersByTimeAsync(2000);
    expect(fleet.expired()).toBeGreaterThan(0);
    fleet.end();
  });
});
