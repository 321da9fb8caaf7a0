import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { CloudError } from '@novadock/model';

export type Message = { channel: string; payload: string };

export type ListenOptions = {
  url: string;
  channels: string[];
  onMessage: (message: Message) => void;
  /** Messages were lost meanwhile: whoever acts on them has to look at everything once. */
  onReconnect: () => void;
  /** How often the connection is tried: of a peer that vanished nothing is heard. It has as long to answer, at most 10 s. */
  checkEveryMs?: number;
};

export type Listener = { close: () => Promise<void> };

type Connection = { broken: Promise<void>; end: () => Promise<void> };

const retryMs = { first: 50, most: 5_000 };

/** Hears the channels of PostgreSQL from when this resolves until `close`, on a connection that is made again when it breaks. Throws `unavailable` when the first cannot be made. */
export async function listen(options: ListenOptions): Promise<Listener> {
  const closing = new AbortController();
  let current = await connect(options);
  const watch = async () => {
    for (;;) {
      await current.broken;
      const next = await connectAgain(options, closing.signal);
      if (next === undefined) return;
      current = next;
      options.onReconnect();
    }
  };
  const watched = watch();
  const close = async () => {
    closing.abort();
    await current.end();
    await watched;
  };
  return { close };
}

/** Tries until it has a connection; undefined once `closing` is aborted. */
async function connectAgain(options: ListenOptions, closing: AbortSignal): Promise<Connection | undefined> {
  for (let waitMs = retryMs.first; !closing.aborted; waitMs = Math.min(waitMs * 2, retryMs.most)) {
    const connection = await connect(options).catch(() => undefined);
    if (connection && !closing.aborted) return connection;
    await connection?.end();
    // Replicas that lost the same server do not come back all at once.
    await delay(waitMs * (0.5 + Math.random()), undefined, { signal: closing }).catch(() => {});
  }
  return undefined;
}

async function connect({ url, channels, onMessage, checkEveryMs = 30_000 }: ListenOptions): Promise<Connection> {
  const client = new pg.Client({ connectionString: url, keepAlive: true, connectionTimeoutMillis: 10_000, query_timeout: Math.min(10_000, checkEveryMs) });
  const broken = new Promise<void>((resolve) => {
    client.on('error', () => resolve());
    client.on('end', () => resolve());
  });
  client.on('notification', ({ channel, payload = '' }) => onMessage({ channel, payload }));
  const end = () => client.end().catch(() => {});
  try {
    await client.connect();
    for (const channel of channels) await client.query(`LISTEN ${client.escapeIdentifier(channel)}`);
  } catch (cause) {
    await end();
    throw new CloudError('unavailable', `The database cannot be reached (${(cause as Error).message}). Check that it runs and that DATABASE_URL is right.`, { cause });
  }
  const check = setInterval(() => void client.query('SELECT 1').catch(end), checkEveryMs);
  void broken.then(() => clearInterval(check));
  return { broken, end };
}
