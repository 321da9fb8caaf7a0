import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder, type RunCommand } from '@novadock/host-setup';
import type { Logger } from 'pino';
import { openTrialGuard } from './trial-guard.ts';
import { openTrialRecord, type TrialState } from './trial-record.ts';

export type TrialOptions = {
  /** Where it is kept how a trial stands. */
  folder: string;
  /** Of the versions, and of systemd's units. */
  programs: string;
  units: string;
  /** Where those units are that no boot sees. */
  runtimeUnits: string;
  /** The systemd unit that this process is. */
  unit: string;
  /** The version that this process is. */
  running: string;
  use: (version: string) => Promise<void>;
  run: RunCommand;
  log: Pick<Logger, 'error'>;
};

export type EndedTrial = TrialState & { stage: 'passed' | 'failed' };

/**
 * The trial of a new version of the agent, R12: it has one start, and a minute to say that it is ready, which it does once the control plane has
 * called it. Else systemd puts the old version back before its next start (files/fall-back.sh): after a crash, a hang, a power cut.
 */
export type AgentTrial = {
  /** This process is a version on trial; until it has passed. */
  readonly isOn: boolean;
  /** Has `to` start in the place of this version the next time, on trial. Throws `invalid` (AGENT_UPDATE_FAILED) when its unit is not good for this systemd. */
  begin(to: string): Promise<void>;
  /** Takes back what `begin` did, whole or in part. */
  takeBack(): Promise<void>;
  /** This version is to stay. */
  pass(): Promise<void>;
  /** How the last one ended; undefined once it was forgotten. */
  ended(): Promise<EndedTrial | undefined>;
  forget(): Promise<void>;
};

/** Puts right what a power cut left half done. */
export async function openTrial({ folder, unit, running, use, log, ...rest }: TrialOptions): Promise<AgentTrial> {
  const record = openTrialRecord(folder);
  const guard = openTrialGuard({ ...rest, folder, unit, record: record.path });
  const takeBack = async () => {
    await use(running);
    await guard.drop({ restoreUnit: true });
    await record.remove();
  };
  const found = await record.read();
  const isUnderWay = found?.stage === 'ready' || found?.stage === 'started';
  let isOn = isUnderWay && found.to === running;
  const settle = async ({ from, to }: TrialState) => {
    if (isUnderWay && from === running) return takeBack();
    await guard.drop({ restoreUnit: from === running });
    // join.sh has put a third version here.
    if (from !== running && to !== running) await record.remove();
  };
  // Whatever became of its disk, an agent serves its instances.
  if (found !== undefined && !isOn) await settle(found).catch((error: unknown) => log.error({ err: error }, 'what is left of a trial of the agent cannot be put right'));
  return {
    get isOn() {
      return isOn;
    },
    takeBack,
    begin: async (to) => {
      await makeFolder(folder, 0o700);
      await record.remove();
      // From here on it counts as begun: a power cut is followed by `takeBack`, or by the one start.
      await record.write({ from: running, to });
      await guard.put(await readFile(join(rest.programs, to, unit), 'utf8'));
      await use(to);
    },
    pass: async () => {
      isOn = false;
      const now = await record.read();
      // join.sh has come in between.
      if (now === undefined) return;
      await record.pass(now.stage);
      await guard.drop({ restoreUnit: false });
    },
    ended: async () => {
      const now = await record.read();
      return now?.stage === 'passed' || now?.stage === 'failed' ? { ...now, stage: now.stage } : undefined;
    },
    forget: record.remove,
  };
}
