import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

/** The process that a pid file names, if that process still is the program; a pid is given away again after a crash or a reboot. */
export async function readPid(options: { root: string; pidFile: string; program: string }): Promise<number | undefined> {
  const pid = Number((await readFile(join(options.root, options.pidFile), 'utf8').catch(() => '')).trim());
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  const command = await readFile(join(options.root, `/proc/${pid}/cmdline`), 'utf8').catch(() => '');
  return basename(command.split('\0')[0] ?? '') === options.program ? pid : undefined;
}
