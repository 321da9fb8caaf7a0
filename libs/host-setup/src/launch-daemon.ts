import { spawn } from 'node:child_process';
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { searchPath } from './search-path.ts';

export type Launched = { pid: number; hasExited: () => boolean };
export type LaunchDaemon = (daemon: { command: string; args: string[]; logFile: string }) => Promise<Launched>;

/** Starts a program in a session of its own, so that it outlives this process and its terminal; throws when it cannot be started. */
export const launchDaemon: LaunchDaemon = async ({ command, args, logFile }) => {
  await mkdir(dirname(logFile), { recursive: true });
  const log = await open(logFile, 'a', 0o640);
  try {
    const child = spawn(command, args, { detached: true, cwd: '/', env: { ...process.env, PATH: searchPath() }, stdio: ['ignore', log.fd, log.fd] });
    await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject));
    child.unref();
    return { pid: child.pid ?? 0, hasExited: () => child.exitCode !== null || child.signalCode !== null };
  } finally {
    await log.close();
  }
};
