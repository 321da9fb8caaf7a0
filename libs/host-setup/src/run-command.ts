import { spawn, type ChildProcess } from 'node:child_process';
import { searchPath } from './search-path.ts';

/** `output` is stdout and stderr as they came; `code` is 127 when there is no such program and 124 when it took too long. */
export type CommandResult = { code: number; stdout: string; output: string };
export type CommandOptions = {
  env?: Record<string, string>;
  timeoutMs?: number;
  /** It only looks, as those of a check do: the log of the set-up has it only where the step fails. */
  isProbe?: boolean;
  /** Told what the program prints, as it comes. */
  onOutput?: (text: string, stream: 'stdout' | 'stderr') => void;
};
export type RunCommand = (command: string, args: string[], options?: CommandOptions) => Promise<CommandResult>;

const defaultTimeoutMs = 15 * 60_000;
/** What is held in memory of a program's output: its end, which says how it went. */
const maxLength = 16 * 2 ** 20;

function endOf(text: string): string {
  return text.length > maxLength ? text.slice(-maxLength) : text;
}

/** How long a program that is to end may take to do so by itself, and how long its output is waited for once it has ended. */
const graceMs = { end: 10_000, output: 1000 } as const;

/** Runs a program to its end, in English and with nothing on stdin, and tells how it went; never throws. After its time it is ended with all that it started. */
export const runCommand: RunCommand = (command, args, options = {}) =>
  new Promise((resolve) => {
    // In a group of its own, so that what it started can be ended with it.
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true, env: { ...process.env, LC_ALL: 'C', PATH: searchPath(), ...options.env } });
    const said = { stdout: '', output: '' };
    const hear = (text: string, stream: 'stdout' | 'stderr') => {
      said.output = endOf(said.output + text);
      options.onOutput?.(text, stream);
    };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said.stdout = endOf(said.stdout + text);
      hear(text, 'stdout');
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => hear(text, 'stderr'));
    const limit = limitTime(child, options.timeoutMs ?? defaultTimeoutMs);
    const end = (code: number) => {
      limit.clear();
      resolve({ code, ...said });
    };
    child.on('error', (error: NodeJS.ErrnoException) => {
      hear(`${command}: ${error.message}`, 'stderr');
      end(error.code === 'ENOENT' ? 127 : 126);
    });
    child.on('close', (code) => end(limit.isOver() ? 124 : (code ?? 124)));
    // A daemon that it left behind may hold its stdout for ever.
    child.on('exit', (code) => setTimeout(() => (letGo(child), end(limit.isOver() ? 124 : (code ?? 124))), graceMs.output).unref());
  });

function limitTime(child: ChildProcess, timeoutMs: number): { clear(): void; isOver(): boolean } {
  let isOver = false;
  let killing: NodeJS.Timeout | undefined;
  const timer = setTimeout(() => {
    isOver = true;
    signalGroup(child, 'SIGTERM');
    killing = setTimeout(() => signalGroup(child, 'SIGKILL'), graceMs.end);
  }, timeoutMs);
  return {
    clear: () => {
      clearTimeout(timer);
      clearTimeout(killing);
      // What it started may not have heeded the first signal.
      if (isOver) signalGroup(child, 'SIGKILL');
    },
    isOver: () => isOver,
  };
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The whole group has ended.
  }
}

/** Its output is not heard any more, and does not keep this process alive; closing it would end who still writes. */
function letGo(child: ChildProcess): void {
  for (const stream of [child.stdout, child.stderr]) {
    stream?.removeAllListeners('data').resume();
    (stream as unknown as { unref?: () => void } | null)?.unref?.();
  }
}
