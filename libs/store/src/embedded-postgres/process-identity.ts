import { readFileSync } from 'node:fs';

/** "pid:start time" of a live process: unlike a pid alone it never names another process. Undefined when it is gone or a zombie. */
export function processIdentity(pid: number): string | undefined {
  try {
    // The second field is the name in brackets, which may itself hold brackets and spaces.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : `${pid}:${fields[19]}`;
  } catch {
    return undefined;
  }
}

export const isAlive = (pid: number): boolean => processIdentity(pid) !== undefined;
