import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Makes `file` say that it is this process's; false when it is that of another one that is alive. What a dead one left is taken over. */
export function own(file: string): boolean {
  mkdirSync(dirname(file), { recursive: true });
  for (let attempt = 0; attempt < 2; attempt += 1) {
    try {
      writeFileSync(file, `${process.pid} ${startOf(process.pid)}`, { flag: 'wx' });
      return true;
    } catch {
      if (ownerLives(file)) return false;
      // Of several that find it dead, the rename works for one.
      const aside = `${file}.${process.pid}`;
      try {
        renameSync(file, aside);
        rmSync(aside);
      } catch {
        return false;
      }
    }
  }
  return false;
}

/** Lets others have `file`. */
export function disown(file: string): void {
  rmSync(file, { force: true });
}

function ownerLives(file: string): boolean {
  try {
    const [pid = '', start] = readFileSync(file, 'utf8').split(' ');
    // An empty file is one that is just being written.
    return pid === '' || startOf(Number(pid)) === start;
  } catch {
    return true;
  }
}

/** When a process started, in clock ticks: with the pid it names it beyond its death. */
function startOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ')[19] ?? '';
  } catch {
    return 'dead';
  }
}
