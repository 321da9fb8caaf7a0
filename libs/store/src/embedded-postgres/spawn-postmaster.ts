import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Socket } from 'node:net';
import { CloudError } from '@novadock/model';
import { keepLastLines } from './keep-last-lines.ts';
import { processIdentity } from './process-identity.ts';
import type { ServerUser } from './server-user.ts';

export type Place = {
  bin: string;
  dataDir: string;
  socketDir: string;
  user: ServerUser | undefined;
  /** Settings of postgresql.conf. */
  settings: Record<string, string>;
  /** The server stops by itself when this process is killed. Needs setpriv of util-linux. */
  diesWithParent: boolean;
};

export type Postmaster = { exited: Promise<CloudError>; stop: () => void };

/** Starts the server and waits until it takes connections. Throws what it said last when it exits instead. */
export async function spawnPostmaster(place: Place): Promise<Postmaster> {
  const [program, args] = commandLine(place);
  const child = spawn(program, args, {
    // See `commandLine`. This comes before the change of user, so no directory above needs to be open to it.
    cwd: place.dataDir,
    // Of a Ctrl-C in the terminal only this process shall hear, to close its connections first.
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { LC_ALL: 'C', TZ: 'UTC', PATH: process.env.PATH },
    ...(place.user && !place.diesWithParent ? { uid: place.user.uid, gid: place.user.gid } : {}),
  });
  const ready = Promise.withResolvers<void>();
  const lastLines = keepLastLines(child.stderr, (line) => line.includes('ready to accept connections') && ready.resolve());
  const exited = new Promise<CloudError>((resolve) => {
    const failed = (why: string) => resolve(new CloudError('unavailable', `The embedded database in ${place.dataDir} ${why}`));
    child.on('error', (error) => failed(`could not be started: ${error.message}`));
    child.on('close', (code, signal) => failed(`exited (${signal ?? code}); it said last: ${lastLines()}`));
  });
  void exited.then(ready.reject);
  await ready.promise;
  const stderr = child.stderr as Socket;
  // A program that forgets to stop its server still ends; one that stops it waits for that.
  child.unref();
  stderr.unref();
  const stop = () => {
    child.ref();
    stderr.ref();
    child.kill('SIGINT');
  };
  return { exited, stop };
}

/** True where setpriv can make a child die with its parent. */
export function canDieWithParent(): boolean {
  return spawnSync('setpriv', ['--pdeathsig', 'SIGINT', '--', 'true'], { stdio: 'ignore' }).status === 0;
}

function commandLine({ bin, dataDir, socketDir, user, settings, diesWithParent }: Place): [string, string[]] {
  const all: Record<string, string> = {
    listen_addresses: '',
    ...settings,
    // Known to nobody but findPostmaster.
    'novadock.data': dataDir,
    'novadock.owner': processIdentity(process.pid) ?? '',
  };
  // Its working directory goes by a name that works although the way to it may be closed to the server's user (a home below /root).
  const postgres = [join(bin, 'postgres'), '-D', '/proc/self/cwd', '-k', socketDir === dataDir ? '.' : socketDir, ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  if (!diesWithParent) return [postgres[0] ?? '', postgres.slice(1)];
  return ['setpriv', [...(user ? ['--reuid', String(user.uid), '--regid', String(user.gid), '--clear-groups'] : []), '--pdeathsig', 'SIGINT', '--', ...postgres]];
}
