import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

export type HostProcess = { pid: number; args: string[]; startedAtMs: number; uid: number; groups: number[] };

/** The process of that pid, or the oldest one that runs the program of that name (itself, or as a script); undefined when there is none. */
export async function findProcess(options: { root: string; pid?: number; program: string }): Promise<HostProcess | undefined> {
  const { root, pid, program } = options;
  if (pid !== undefined) return readProcess(root, pid);
  const names = await readdir(join(root, '/proc')).catch(() => []);
  const all = await Promise.all(names.filter((name) => /^\d+$/.test(name)).map((name) => readProcess(root, Number(name))));
  // Workers are children of the one that was started.
  return all.flatMap((process) => (process && runs(process, program) ? [process] : [])).toSorted((one, other) => one.startedAtMs - other.startedAtMs)[0];
}

function runs({ args }: HostProcess, program: string): boolean {
  const [first = '', ...others] = args;
  // python3 -s /usr/bin/nova-compute: the first that is not an option.
  const script = /python/.test(basename(first)) ? others.find((arg) => !arg.startsWith('-')) : first;
  return script !== undefined && basename(script) === program;
}

async function readProcess(root: string, pid: number): Promise<HostProcess | undefined> {
  const read = (path: string) => readFile(join(root, '/proc', path), 'utf8');
  try {
    const [cmdline, stat, status, uptime] = await Promise.all([read(`${pid}/cmdline`), read(`${pid}/stat`), read(`${pid}/status`), read('uptime')]);
    // proc(5): field 22, in ticks of 10 ms after boot; the name in field 2 may hold anything.
    const ticks = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
    const bootedAtMs = Date.now() - Number(uptime.split(' ')[0]) * 1000;
    const numbers = (field: string) => (new RegExp(`^${field}:(.*)$`, 'm').exec(status)?.[1] ?? '').trim().split(/\s+/).filter(Boolean).map(Number);
    return { pid, args: cmdline.split('\0').filter((arg) => arg !== ''), startedAtMs: bootedAtMs + ticks * 10, uid: numbers('Uid')[0] ?? 0, groups: [...numbers('Gid'), ...numbers('Groups')] };
  } catch {
    // It ended meanwhile.
    return undefined;
  }
}
