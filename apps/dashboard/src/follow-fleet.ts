import type { CloudEvent, Fleet } from '@novadock/api-client/browser';
import { CloudError } from '@novadock/model';
import type { Api } from './create-api.ts';
import { followEvents, type FollowEvents } from './follow-events.ts';

export type FleetState = {
  fleet: Fleet | undefined;
  /** `connecting` at first only. */
  live: 'connecting' | 'live' | 'lost';
  /** Why the fleet cannot be shown. */
  problem: CloudError | undefined;
};

export type FollowFleet = {
  api: Pick<Api, 'fleet' | 'openEvents'>;
  onState: (state: FleetState) => void;
  /** The session has ended. */
  onExpired: () => void;
  signal: AbortSignal;
  pause: FollowEvents['pause'];
  /** Between two readings; a slow answer makes it longer. */
  gapMs?: number;
  /** What no event tells of, such as an engine that broke, is seen after so long. */
  passMs?: number;
};

/** Kinds of events that change nothing on the page. */
const unseen = /^(image|profile)\./;

/**
 * Keeps the fleet up to date until `signal`: events say that something changed, and however many there are, the fleet is read once in
 * `gapMs` at most. Gives a function that has it read soon.
 */
export function followFleet({ api, onState, onExpired, signal, pause, gapMs = 1000, passMs = 30_000 }: FollowFleet): () => void {
  let state: FleetState = { fleet: undefined, live: 'connecting', problem: undefined };
  const set = (change: Partial<FleetState>) => {
    if (signal.aborted) return;
    state = { ...state, ...change };
    onState(state);
  };
  const refused = (error: unknown) => {
    const problem = error instanceof CloudError ? error : new CloudError('internal', String(error));
    if (problem.code === 'unauthenticated') onExpired();
    else set(problem.code === 'unavailable' ? { live: 'lost' } : { problem, live: 'lost' });
  };
  let streaming = false;
  const read = readSparingly({
    gapMs,
    read: async () => {
      try {
        const fleet = await api.fleet();
        set({ fleet, problem: undefined, ...(streaming ? { live: 'live' } : {}) });
      } catch (error) {
        refused(error);
        // While the stream lasts nothing else would tell that it can be read again.
        if (streaming) read.soon();
      }
    },
  });
  const onLive = (live: boolean) => {
    streaming = live;
    // What happened meanwhile is read first; then it is live.
    if (live) read.soon();
    else set({ live: 'lost' });
  };
  const onEvent = ({ kind }: CloudEvent) => {
    if (!unseen.test(kind)) read.soon();
  };
  read.soon();
  const pass = setInterval(read.soon, passMs);
  signal.addEventListener('abort', () => {
    clearInterval(pass);
    read.stop();
  });
  followEvents({ open: api.openEvents, onEvent, onLive, signal, pause }).catch(refused);
  return read.soon;
}

/** Reads at once when asked, then at most once in a while however often it is asked; always once more after the last time. */
function readSparingly({ read, gapMs }: { read: () => Promise<void>; gapMs: number }): { soon: () => void; stop: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let resting = false;
  let wanted = false;
  const run = async () => {
    wanted = false;
    resting = true;
    const begin = Date.now();
    await read();
    // A server that is slow to answer is asked less often.
    timer = setTimeout(rest, Math.max(gapMs, 4 * (Date.now() - begin)));
  };
  const rest = () => {
    resting = false;
    if (wanted) void run();
  };
  const soon = () => {
    wanted = true;
    if (!resting) void run();
  };
  return { soon, stop: () => clearTimeout(timer) };
}
