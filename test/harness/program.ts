import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const repository = join(import.meta.dirname, '../..');

/** A program of the repository that a test starts, kills and looks at. */
export type Program = { pid: number; kill: (signal: NodeJS.Signals) => Promise<void>; alive: () => boolean; log: () => string };

/** Starts a program (path from the repository's top) with its output in `logFile`. */
export function startProgram(file: string, args: string[], options: { env: NodeJS.ProcessEnv; logFile: string }): Program {
  const log = openSync(options.logFile, 'a');
  const child = spawn(process.execPath, [join(repository, file), ...args], { stdio: ['ignore', log, log], env: options.env, detached: true });
  closeSync(log);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const alive = () => child.exitCode === null && child.signalCode === null;
  const kill = async (signal: NodeJS.Signals) => {
    if (alive()) child.kill(signal);
    await ended;
  };
  return { pid: child.pid ?? 0, kill, alive, log: () => readFileSync(options.logFile, 'utf8') };
}
