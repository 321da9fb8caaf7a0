import { readFile, stat } from 'node:fs/promises';
import type { Container } from '@novadock/docker';
import { nextLife, wasLostToRestart, type EngineLife } from './was-lost-to-restart.ts';
import { writeWhole } from './write-whole.ts';

/** When the engine was started and last seen, kept over restarts of agent and host. */
export type EngineRecord = {
  /** To be told each time that the engine has answered with all its containers. */
  seen(): Promise<void>;
  wasLostToRestart(container: Container): boolean;
};

/** `pidFile` is what the engine writes at its start; where there is none, it counts as started with the host. */
export async function openEngineRecord(options: { file: string; pidFile: string; bootedAtMs: number }): Promise<EngineRecord> {
  let life = await readFile(options.file, 'utf8').then((text) => JSON.parse(text) as EngineLife, () => undefined);
  return {
    seen: async () => {
      const startedAtMs = await stat(options.pidFile).then(({ mtimeMs }) => mtimeMs, () => options.bootedAtMs);
      life = nextLife(life, startedAtMs, Date.now());
      await writeWhole(options.file, JSON.stringify(life));
    },
    wasLostToRestart: (container) => life !== undefined && wasLostToRestart(container, life),
  };
}
