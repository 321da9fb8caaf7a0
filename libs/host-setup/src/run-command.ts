import { spawn } from 'node:child_process';
import { searchPath } from './search-path.ts';

/** `output` is stdout and stderr as they came; `code` is 127 when there is no such program and 124 when it took too long. */
export type CommandResult = { code: number; stdout: string; output: string };
export type CommandOptions = { env?: Record<string, string>; timeoutMs?: number };
export type RunCommand = (command: string, args: string[], options?: CommandOptions) => Promise<CommandResult>;

/** Runs a program to its end, in English and with nothing on stdin, and tells how it went; never throws. */
export const runCommand: RunCommand = (command, args, options = {}) =>
  new Promise((resolve) => {
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, LC_ALL: 'C', PATH: searchPath(), ...options.env },
      timeout: options.timeoutMs ?? 15 * 60_000,
    });
    let stdout = '';
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      stdout += chunk;
      output += chunk;
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
    child.on('error', (error: NodeJS.ErrnoException) => {
      resolve({ code: error.code === 'ENOENT' ? 127 : 126, stdout, output: `${output}${command}: ${error.message}` });
    });
    child.on('close', (code) => resolve({ code: code ?? 124, stdout, output }));
  });
