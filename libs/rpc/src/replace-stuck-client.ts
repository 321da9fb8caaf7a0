import { connectivityState, type Client } from '@grpc/grpc-js';

/** A client that may be replaced; `closed` for good. */
export type Replaceable<Kind extends Client> = { client: Kind; closed: boolean };

/**
 * Puts a new client in the place of one that has not become ready for `timeoutMs`, until `link` is closed; `onReplaced` ends the calls
 * of the old one. grpc-js has no time limit for making a connection: of a host that loses its power in the middle of the handshake it
 * would wait for ever (https://github.com/grpc/grpc-node/issues/2785).
 */
export async function replaceStuckClient<Kind extends Client>(link: Replaceable<Kind>, options: { open: () => Kind; timeoutMs: number; onReplaced: () => void }): Promise<void> {
  let beganMs = Date.now();
  while (!link.closed) {
    const channel = link.client.getChannel();
    const state = channel.getConnectivityState(false);
    const rests = state === connectivityState.READY || state === connectivityState.IDLE;
    if (await changed(channel, state, rests ? Infinity : beganMs + options.timeoutMs)) {
      if (rests) beganMs = Date.now();
      continue;
    }
    const old = link.client;
    link.client = options.open();
    options.onReplaced();
    old.close();
    beganMs = Date.now();
  }
}

/** Whether the channel's state is another one before the time is over. */
function changed(channel: ReturnType<Client['getChannel']>, state: connectivityState, deadlineMs: number): Promise<boolean> {
  return new Promise((resolve) => channel.watchConnectivityState(state, deadlineMs, (error) => resolve(error === undefined)));
}
