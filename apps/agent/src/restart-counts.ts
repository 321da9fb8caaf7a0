import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWhole } from './write-whole.ts';

/** How many restarts of each instance were carried out: a container has no place for it, and nobody must be restarted twice. */
export type RestartCounts = {
  get(instanceId: string): number;
  set(instanceId: string, count: number): Promise<void>;
  forget(instanceId: string): Promise<void>;
};

export async function openRestartCounts(folder: string): Promise<RestartCounts> {
  await mkdir(folder, { recursive: true });
  const counts = new Map<string, number>();
  for (const name of await readdir(folder)) counts.set(name, Number(await readFile(join(folder, name), 'utf8')));
  return {
    get: (instanceId) => counts.get(instanceId) ?? 0,
    set: async (instanceId, count) => {
      counts.set(instanceId, count);
      await writeWhole(join(folder, instanceId), String(count));
    },
    forget: async (instanceId) => {
      if (counts.delete(instanceId)) await rm(join(folder, instanceId), { force: true });
    },
  };
}
