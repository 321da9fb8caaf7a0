import { readFile, stat } from 'node:fs/promises';
import type { Container } from '@novadock/docker';
import { nextLives, wasLostToRestart, type EngineLife } from './was-lost-to-restart.ts';
import { writeWhole } from './write-whole.ts';

/** When the engine was started and last seen, kept over restarts of agent and host. */
export type EngineRecord = {
  /** To be told each time that the engine has answered with all its containers. */
  seen(): Promise<void>;
  wasLostToRestart(container: Container): boolean;
};

/** So many lives are remembered: an engine that is restarted again and again must not make what was lost look like what ended by itself. */
const kept = 10;

/** `pidFile` is what the engine writes at its start; where there is none, it counts as started with the host. */
export async function openEngineRecord(options: { file: string; pidFile: string; bootedAtMs: number }): Promise<EngineRecord> {
  let lives = await readFile(options.file, 'utf8').then((text) => [JSON.parse(text) as EngineLife | EngineLife[]].flat(), () => []);
  return {
    seen: async () => {
      const startedAtMs = await stat(options.pidFile).then(({ mtimeMs }) => mtimeMs, () => options.bootedAtMs);
      lives = nextLives(lives, startedAtMs, Date.now()).slice(-kept);
      await writeWhole(options.file, JSON.stringify(lives));
    },
    // Of the life that it did not outlive, until it is started again.
    wasLostToRestart: (container) => lives.some((life) => wasLostToRestart(container, life)),
  };
}
