import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readPid } from './read-pid.ts';
import type { SetupContext } from './setup-step.ts';

/** The pid and command line of the engine that runs, or undefined when its pid file names none. */
export async function engineArguments(ctx: SetupContext): Promise<{ pid: number; args: string[] } | undefined> {
  const pid = await readPid({ root: ctx.root, pidFile: ctx.paths.enginePidFile, program: 'dockerd' });
  if (pid === undefined) return undefined;
  const commandLine = await readFile(join(ctx.root, `/proc/${pid}/cmdline`), 'utf8').catch(() => '');
  return { pid, args: commandLine.split('\0').slice(1) };
}
