import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { engineArguments } from './engine-arguments.ts';
import type { SetupContext } from './setup-step.ts';

/** Names the process of the engine that runs: another one after each restart. Undefined when its pid file names none. */
export async function engineIdentity(ctx: SetupContext): Promise<string | undefined> {
  const pid = (await engineArguments(ctx))?.pid;
  if (pid === undefined) return undefined;
  // Field 22 of proc_pid_stat(5), when it started; the name in field 2 may hold spaces and brackets.
  const stat = await readFile(join(ctx.root, `/proc/${pid}/stat`), 'utf8').catch(() => '');
  const boot = await readFile(join(ctx.root, '/proc/sys/kernel/random/boot_id'), 'utf8').catch(() => '');
  return `${boot.trim()} ${pid} ${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''}`;
}
