import type { Host, RunCommand, SetupStep } from '@novadock/host-setup';
import type { Logger } from 'pino';
import type { AgentFolder, Enrolled } from '../agent-folder.ts';
import { openAgentPrograms } from './agent-programs.ts';
import { fetchArchive } from './fetch-archive.ts';
import { fetchManifest } from './fetch-manifest.ts';
import { openTrial, type AgentTrial } from './open-trial.ts';
import { updateAgent } from './update-agent.ts';
import { withProgramsLock } from './with-programs-lock.ts';

/** Where join.sh puts things, and what keeps two from doing so at once. */
export const installedAt = { programs: '/usr/local/lib/novadock/agent', units: '/etc/systemd/system', runtimeUnits: '/run/systemd/system', lock: '/run/novadock-join.lock' } as const;

const lockTimeoutMs = 60_000;

export type UpdateOptions = {
  /** The version that this process is, and the systemd unit; undefined where nothing was installed. */
  running: string;
  unit: string | undefined;
  folder: AgentFolder;
  enrolled: Enrolled;
  cpu: Host['architecture'];
  run: RunCommand;
  log: Logger;
};

export type Update = {
  /** The last step of this host's set-up. */
  step: SetupStep;
  /** Undefined unless this version is on trial: then fulfilled once it has passed, after `heard`. */
  passed: (heard: Promise<unknown>) => Promise<void> | undefined;
  /** A new run may try again what failed. */
  forgetFailure: () => Promise<void>;
};

/** What updates the agent of this host: docs/hosts.md. */
export async function openUpdate({ running, unit, folder, enrolled, cpu, run, log }: UpdateOptions): Promise<Update> {
  const { authority } = enrolled;
  const programs = openAgentPrograms(installedAt.programs);
  const trial = unit === undefined ? undefined : await openTrial({ ...installedAt, folder: folder.file('update'), unit, running, use: programs.use, run, log });
  const step = updateAgent({
    running,
    installed: unit === undefined || trial === undefined ? undefined : { unit, programs, trial },
    manifest: (url = enrolled.url) => fetchManifest({ url, authority, cpu }),
    archive: (url = enrolled.url, manifest, file) => fetchArchive({ url, manifest, file }),
    locked: (work) => withProgramsLock({ file: installedAt.lock, timeoutMs: lockTimeoutMs, work }),
  });
  return {
    step,
    passed: (heard) => (trial?.isOn === true ? passOnce(trial, heard, log.child({ version: running })) : undefined),
    forgetFailure: async () => {
      if ((await trial?.ended())?.stage === 'failed') await trial?.forget();
    },
  };
}

async function passOnce(trial: AgentTrial, heard: Promise<unknown>, log: Logger): Promise<void> {
  log.info('this version of the agent is on trial: it waits for the control plane to call');
  await heard;
  await trial.pass();
  log.info('this version of the agent has passed its trial');
}
