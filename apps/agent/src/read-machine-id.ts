import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/** Ours alone: the machine's id itself is to stay on it (machine-id(5)). */
const application = 'novadock host';

/** A name of this machine, the same for as long as its machine-id(5) is; undefined where it has none yet. */
export async function readMachineId(file = '/etc/machine-id'): Promise<string | undefined> {
  const id = (await readFile(file, 'utf8').catch(() => '')).trim();
  return /^[0-9a-f]{32}$/.test(id) ? createHmac('sha256', id).update(application).digest('hex') : undefined;
}
