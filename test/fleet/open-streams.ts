import { createServer, type AddressInfo, type Socket } from 'node:net';

export type StreamGap = { connections: number; longestMs: number };

/** TCP connections that instances open to this machine and on which they send everything back: how long each was without an answer. */
export type Streams = {
  port: number;
  /** Of the address of a host, since `reset`. Its instances come from there, for it translates their addresses. */
  gapOf: (address: string) => StreamGap;
  reset: () => void;
  close: () => Promise<void>;
};

const everyMs = 20;

type Stream = { socket: Socket; address: string; lastMs: number; longestMs: number; endedAtMs: number | undefined };

/** Listens at an address of this machine. */
export async function openStreams(address: string): Promise<Streams> {
  let streams: Stream[] = [];
  const server = createServer((socket) => {
    const stream: Stream = { socket, address: socket.remoteAddress ?? '', lastMs: performance.now(), longestMs: 0, endedAtMs: undefined };
    streams.push(stream);
    socket.setNoDelay(true);
    const timer = setInterval(() => socket.write('.'), everyMs);
    socket.on('data', () => note(stream));
    socket.on('error', () => {});
    socket.once('close', () => {
      clearInterval(timer);
      stream.endedAtMs = performance.now();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  return {
    port: (server.address() as AddressInfo).port,
    gapOf: (of) => {
      const own = streams.filter((stream) => stream.address === of);
      for (const stream of own) if (stream.endedAtMs === undefined) stream.longestMs = Math.max(stream.longestMs, performance.now() - stream.lastMs);
      return { connections: own.length, longestMs: Math.max(0, ...own.map(({ longestMs }) => longestMs)) };
    },
    reset: () => {
      streams = streams.filter(({ endedAtMs }) => endedAtMs === undefined);
      for (const stream of streams) Object.assign(stream, { lastMs: performance.now(), longestMs: 0 });
    },
    close: () => new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const { socket } of streams) socket.destroy();
    }),
  };
}

function note(stream: Stream): void {
  const nowMs = performance.now();
  stream.longestMs = Math.max(stream.longestMs, nowMs - stream.lastMs);
  stream.lastMs = nowMs;
}
