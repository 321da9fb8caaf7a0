import { readdirSync, readFileSync } from 'node:fs';

/** CPU time in ms (user and system) that the processes `roots` have used, and unless told otherwise all their descendants, those that have ended among them. */
export function cpuTimeMs(roots: number[], { descendants = true } = {}): number {
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((name) => readStat(Number(name)));
  const family = new Set(roots);
  for (let size = 0; descendants && size !== family.size; ) {
    size = family.size;
    for (const { pid, parent } of processes) if (family.has(parent)) family.add(pid);
  }
  // A clock tick is 10 ms on every Linux that Node runs on.
  return processes.filter(({ pid }) => family.has(pid)).reduce((sum, { ticks }) => sum + ticks * 10, 0);
}

function readStat(pid: number): { pid: number; parent: number; ticks: number }[] {
  try {
    // proc(5): after the name in parentheses come state, ppid, …; utime, stime, cutime and cstime are fields 14 to 17.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ').map(Number);
    return [{ pid, parent: fields[1] ?? 0, ticks: fields.slice(11, 15).reduce((sum, ticks) => sum + ticks, 0) }];
  } catch {
    return [];
  }
}
