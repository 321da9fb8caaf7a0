import { readFile, rename, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolder, orMissing, replaceFile, syncFolder, type RunCommand } from '@novadock/host-setup';
import { CloudError } from '@novadock/model';

export type GuardOptions = {
  /** Where the script lies, beside what it goes by. */
  folder: string;
  /** What the names of the trial's record begin with. */
  record: string;
  programs: string;
  /** Where systemd's units are. */
  units: string;
  /** Where those are that no boot sees. */
  runtimeUnits: string;
  unit: string;
  run: RunCommand;
};

/** What has systemd put the old version back: a drop-in of the agent's unit, there for the trial only, and the script that it runs. */
export type TrialGuard = {
  /** In place for the next start, with `wanted` as the unit. Throws `invalid` (AGENT_UPDATE_FAILED) when this systemd does not take that. */
  put(wanted: string): Promise<void>;
  /** Gone again; with `restoreUnit` the unit is what it was before. */
  drop(options: { restoreUnit: boolean }): Promise<void>;
};

/** So long the new version may take from its start until the control plane has called it. */
const trialSeconds = 60;

/** The shell script that goes back to the old version: nothing of the new one has to work for that. */
const fallBack = join(import.meta.dirname, '../../files/fall-back.sh');

export function openTrialGuard(options: GuardOptions): TrialGuard {
  const { folder, units } = options;
  const script = join(folder, 'fall-back.sh');
  const unit = join(units, options.unit);
  // Where the unit is kept that the new version's took the place of. systemd does not read it by this name.
  const unitBefore = join(units, `.${options.unit}.before`);
  const dropIn = join(units, `${options.unit}.d/novadock-trial.conf`);
  const reload = () => options.run('systemctl', ['daemon-reload'], { isProbe: true });
  return {
    put: async (wanted) => {
      const installed = await readFile(unit, 'utf8').catch(orMissing);
      const isOther = wanted !== installed;
      if (isOther) await assertLoads(options, wanted);
      await replaceFile({ file: script, content: await readFile(fallBack), mode: 0o700 });
      await makeFolder(dirname(dropIn));
      await replaceFile({ file: dropIn, content: render(options, script), mode: 0o644 });
      if (isOther && installed !== undefined) await replaceFile({ file: unitBefore, content: installed, mode: 0o644 });
      if (isOther) await replaceFile({ file: unit, content: wanted, mode: 0o644 });
      const { code, output } = await reload();
      if (code !== 0) throw new CloudError('unavailable', `systemd does not read its units again: ${output.trim()}`);
    },
    drop: async ({ restoreUnit }) => {
      const [before, guard] = [await stat(unitBefore).catch(orMissing), await stat(dropIn).catch(orMissing)];
      if (before === undefined && guard === undefined) return;
      if (before !== undefined) await (restoreUnit ? rename(unitBefore, unit) : rm(unitBefore));
      await rm(dropIn, { force: true });
      // Settings of somebody's own may be in it as well.
      await rmdir(dirname(dropIn)).catch(() => {});
      await syncFolder(units);
      await reload();
    },
  };
}

/** Whatever the new version's unit says of these. */
function render({ record, programs, units, unit }: GuardOptions, script: string): string {
  return `# Written by Novadock while a new version of the agent is on trial; gone when that has ended.
[Unit]
StartLimitIntervalSec=0

[Service]
Type=notify
Restart=always
RestartSec=2
TimeoutStartSec=${trialSeconds}
TimeoutStartFailureMode=kill
ExecStartPre=+/bin/sh ${script} ${record} ${programs} ${units} ${unit}
`;
}

/** By a name of its own, where no boot sees it: a unit that systemd cannot read would leave the host without an agent. */
async function assertLoads({ run, runtimeUnits }: GuardOptions, unit: string): Promise<void> {
  const name = 'novadock-agent-to-check.service';
  const file = join(runtimeUnits, name);
  await replaceFile({ file, content: unit, mode: 0o644 });
  try {
    await run('systemctl', ['daemon-reload'], { isProbe: true });
    const { stdout } = await run('systemctl', ['show', '-p', 'LoadState', '--value', name], { isProbe: true });
    if (stdout.trim() !== 'loaded') throw new CloudError('invalid', `This host's systemd does not take the unit of the new version (${stdout.trim()}), so nothing was changed`, { reason: 'AGENT_UPDATE_FAILED' });
  } finally {
    await rm(file, { force: true });
  }
}
