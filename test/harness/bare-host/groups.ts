import { existsSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { waitFor } from '../wait-for.ts';

/**
 * Lines of sh by which a shell puts itself into a group of its own in every hierarchy of cgroups, so that the systemd that it becomes
 * rules nothing else.
 */
export function enterGroup(group: string): string {
  const [outer = ''] = group.split('/');
  return `for d in /sys/fs/cgroup/*/; do [ -e $d/cgroup.procs ] || continue; mkdir -p $d/${group}
    for g in ${outer} ${group}; do [ ! -e $d/cpuset.cpus ] || { cat $d/cpuset.cpus > $d/$g/cpuset.cpus; cat $d/cpuset.mems > $d/$g/cpuset.mems; }; done
    echo $$ > $d/${group}/cgroup.procs
  done`;
}

const hierarchies = () => readdirSync('/sys/fs/cgroup').map((name) => join('/sys/fs/cgroup', name)).filter((path) => existsSync(join(path, 'cgroup.procs')));

/** Kills what runs in a group (and those below it) of any hierarchy, and removes the groups. */
export async function killGroup(group: string): Promise<void> {
  const tops = hierarchies().map((path) => join(path, group)).filter((path) => existsSync(path));
  await waitFor(`the processes of ${group} to end`, async () => {
    const pids = new Set(tops.flatMap(withBelow).flatMap((path) => readFileSync(join(path, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean)));
    for (const pid of pids) kill(Number(pid));
    return pids.size === 0;
  });
  for (const path of tops.flatMap(withBelow).toReversed()) await waitFor(`${path} to be empty`, async () => removed(path));
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Ended by itself.
  }
}

/** A group is busy for a moment after its last process. */
function removed(path: string): boolean {
  try {
    rmdirSync(path);
  } catch {
    // Asked again.
  }
  return !existsSync(path);
}

function withBelow(path: string): string[] {
  return [path, ...readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isDirectory()).flatMap((entry) => withBelow(join(path, entry.name)))];
}
