import { readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { orMissing, replaceFile, syncFolder } from '@novadock/host-setup';

/** Begun, in its one start, and how it ended. */
export type TrialStage = 'ready' | 'started' | 'passed' | 'failed';

/** How a trial stands. `startedAtMs` and `endedAtMs` say where its log is. */
export type TrialState = { stage: TrialStage; from: string; to: string; startedAtMs: number; endedAtMs: number };

/** How the trial stands, on disk: the stage is the name of a file, `trial.STAGE`, since files/fall-back.sh writes it as well. */
export type TrialRecord = {
  /** What the names begin with. */
  path: string;
  read(): Promise<TrialState | undefined>;
  write(trial: { from: string; to: string }): Promise<void>;
  pass(stage: TrialStage): Promise<void>;
  remove(): Promise<void>;
};

const stages: TrialStage[] = ['ready', 'started', 'passed', 'failed'];

export function openTrialRecord(folder: string): TrialRecord {
  const path = join(folder, 'trial');
  const fileOf = (stage: TrialStage) => `${path}.${stage}`;
  return {
    path,
    read: async () => {
      for (const stage of stages) {
        const text = await readFile(fileOf(stage), 'utf8').catch(orMissing);
        if (text === undefined) continue;
        const [from = '', to = ''] = text.trim().split(' ');
        // The script touches the file at the start, and renames it at the end.
        const { mtimeMs, ctimeMs } = await stat(fileOf(stage));
        return { stage, from, to, startedAtMs: mtimeMs, endedAtMs: ctimeMs };
      }
      return undefined;
    },
    write: ({ from, to }) => replaceFile({ file: fileOf('ready'), content: `${from} ${to}\n`, mode: 0o600 }),
    pass: async (stage) => {
      await rename(fileOf(stage), fileOf('passed'));
      await syncFolder(folder);
    },
    remove: async () => {
      if ((await stat(folder).catch(orMissing)) === undefined) return;
      for (const stage of stages) await rm(fileOf(stage), { force: true });
      await syncFolder(folder);
    },
  };
}
