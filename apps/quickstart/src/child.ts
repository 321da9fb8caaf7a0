import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, fstatSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { dirname, join } from 'node:path';
import { CloudError } from '@novadock/model';

const root = join(import.meta.dirname, '../../..');

/** A program of this repository that runs beside this one. */
export type Child = {
  name: string;
  /** Rejects when it ends though nobody stopped it, with the last lines of its log. */
  ended: Promise<never>;
  /** Asks it to end and waits until it has. */
  stop: () => Promise<void>;
};

/** Starts a program (path from the repository's top) with its output in a log file. */
export function startChild(options: { name: string; file: string; args: string[]; logFile: string; env: NodeJS.ProcessEnv; niceness?: number }): Child {
  mkdirSync(dirname(options.logFile), { recursive: true });
  const log = openSync(options.logFile, 'a');
  const logStart = fstatSync(log).size;
  // In a session of its own Ctrl-C does not reach it: this program ends its children in order.
  const child = spawn(process.execPath, [join(root, options.file), ...options.args], { stdio: ['ignore', log, log], env: options.env, detached: true });
  closeSync(log);
  if (options.niceness !== undefined && child.pid !== undefined) setPriority(child.pid, options.niceness);
  let stopping = false;
  const exited = new Promise<string>((resolve) => child.once('exit', (code, signal) => resolve(signal === null ? `ended with status ${code}` : `was ended by ${signal}`)));
  const ended = exited.then((how) => {
    // Once stopped on purpose it never settles: nobody is to be told.
    if (stopping) return new Promise<never>(() => {});
    throw new CloudError('unavailable', `The ${options.name} ${how}, so all of Novadock is stopped; instances go on running. Start it again with \`npm start\`. The last lines of ${options.logFile}:\n${lastLines(options.logFile, logStart)}`);
  });
  ended.catch(() => {});
  const stop = async () => {
    stopping = true;
    if (isAlive(child)) child.kill('SIGTERM');
    await exited;
  };
  return { name: options.name, ended, stop };
}

/** Runs a program to its end with its output shown; false when it fails. */
export function runChild(file: string, args: string[], env: NodeJS.ProcessEnv): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, file), ...args], { stdio: 'inherit', env });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code === 0));
  });
}

function isAlive(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}

/** Of what was written from `start` on. */
function lastLines(file: string, start: number): string {
  return readFileSync(file).subarray(start).toString().trimEnd().split('\n').slice(-8).join('\n');
}
