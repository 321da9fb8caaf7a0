import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { readMachineId } from './read-machine-id.ts';

/** By these Docker and Podman let a container know. One with a system of its own, of LXC or systemd-nspawn, is a machine. */
const marks = ['.dockerenv', 'run/.containerenv'];

/** The id by which this machine is told from copies of its disk; undefined where it has none that stays: a container is made of its image again and again. */
export async function readOwnMachineId(root = '/'): Promise<string | undefined> {
  const isThere = await Promise.all(marks.map((mark) => access(join(root, mark)).then(() => true, () => false)));
  return isThere.includes(true) ? undefined : readMachineId(join(root, 'etc/machine-id'));
}
