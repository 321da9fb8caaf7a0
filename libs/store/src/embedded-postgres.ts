import { mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { CloudError, toCloudError } from '@novadock/model';
import { findPostmaster } from './embedded-postgres/find-postmaster.ts';
import { initData } from './embedded-postgres/init-data.ts';
import { installBinaries } from './embedded-postgres/install-binaries.ts';
import { isAlive, processIdentity } from './embedded-postgres/process-identity.ts';
import { serverUser } from './embedded-postgres/server-user.ts';
import { socketDir } from './embedded-postgres/socket-dir.ts';
import { canDieWithParent, spawnPostmaster, type Place, type Postmaster } from './embedded-postgres/spawn-postmaster.ts';

export type EmbeddedPostgres = { url: string; stop: () => Promise<void> };

export type EmbeddedPostgresOptions = {
  dir: string;
  /** Settings of postgresql.conf; tests turn fsync off. */
  settings?: Record<string, string>;
  /** Told of each crash of the server, after which it is started again. */
  onCrash?: (error: CloudError) => void;
  diesWithParent?: boolean;
};

const retryMs = 1_000;

/**
 * Runs a PostgreSQL of its own on `dir/data` until `stop` or the end of this process, and starts it again when it crashes.
 * Where another live process runs one there, that one is shared, and ends with its owner. Throws `unavailable` with the reason.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const place = await preparePlace(options);
  const url = `postgresql://postgres@localhost/postgres?host=${encodeURIComponent(place.socketDir)}`;
  const postmaster = await startOrShare(place, url);
  const stop = postmaster ? keepRunning({ place, url, postmaster, onCrash: options.onCrash ?? (() => {}) }) : async () => {};
  return { url, stop };
}

async function preparePlace({ dir, settings = {}, diesWithParent = canDieWithParent() }: EmbeddedPostgresOptions): Promise<Place> {
  try {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    const dataDir = join(await realpath(dir), 'data');
    const user = serverUser({ dataDir });
    // The server's user may not be able to reach `dir`, and must not be able to change what it runs.
    const bin = await installBinaries({ dir: user ? '/var/cache/novadock' : dir });
    await initData({ bin, dataDir, user });
    return { bin, dataDir, socketDir: await socketDir({ dataDir, user }), user, settings, diesWithParent };
  } catch (error) {
    if (error instanceof CloudError) throw error;
    throw new CloudError('unavailable', `The embedded database could not be set up in ${dir}: ${(error as Error).message}. Mend that, or set DATABASE_URL to a PostgreSQL server of your own.`, { cause: error });
  }
}

/** The server started, or undefined when another process has one. */
async function startOrShare(place: Place, url: string): Promise<Postmaster | undefined> {
  const giveUpAt = Date.now() + 10_000;
  for (;;) {
    if (await isShared(place, url)) return undefined;
    try {
      return await spawnPostmaster(place);
    } catch (error) {
      // Another process was faster, or the sessions of a killed server have not noticed yet that it is gone.
      const passing = /lock file ".*" already exists|is still in use/.test(toCloudError(error).message);
      if (!passing || Date.now() > giveUpAt) throw error;
      await delay(100);
    }
  }
}

/** True when a server runs there whose owner lives; ends one whose owner is gone. */
async function isShared(place: Place, url: string): Promise<boolean> {
  const found = await findPostmaster(place.dataDir);
  if (!found) return false;
  const ownerPid = Number(found.owner?.split(':')[0]);
  if (found.owner !== undefined && processIdentity(ownerPid) === found.owner) return await accepts(url, found.pid);
  if (isAlive(found.pid)) process.kill(found.pid, 'SIGINT');
  while (isAlive(found.pid)) await delay(10);
  return false;
}

/** Waits until the server takes connections; false when it exits first, as one that is shutting down does. */
async function accepts(url: string, pid: number): Promise<boolean> {
  const giveUpAt = Date.now() + 60_000;
  while (isAlive(pid)) {
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      return true;
    } catch (cause) {
      if (Date.now() > giveUpAt) throw new CloudError('unavailable', `The embedded database runs as process ${pid} but takes no connections. End that process, then start again.`, { cause });
      await delay(20);
    } finally {
      await client.end().catch(() => {});
    }
  }
  return false;
}

/** Starts the server again whenever it exits, until the function that this returns is called. */
function keepRunning({ place, url, postmaster, onCrash }: { place: Place; url: string; postmaster: Postmaster; onCrash: (error: CloudError) => void }): () => Promise<void> {
  const stopping = new AbortController();
  let current = postmaster;
  const startAgain = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      // Undefined: another process runs one meanwhile, until whose end this one stands by.
      const started = await startOrShare(place, url).catch((error: unknown) => onCrash(toCloudError(error)));
      if (started) return void (current = started);
      await delay(retryMs, undefined, { signal: stopping.signal, ref: false }).catch(() => {});
    }
  };
  const watch = async (): Promise<void> => {
    for (;;) {
      const error = await current.exited;
      if (stopping.signal.aborted) return;
      onCrash(error);
      await startAgain();
      if (stopping.signal.aborted) current.stop();
    }
  };
  const watched = watch();
  return async () => {
    stopping.abort();
    current.stop();
    await watched;
  };
}
