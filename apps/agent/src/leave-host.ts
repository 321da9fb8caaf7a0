import { rm } from 'node:fs/promises';
import type { RunCommand } from '@novadock/host-setup';
import { CloudError } from '@novadock/model';
import type { Logger } from 'pino';
import type { AgentFolder } from './agent-folder.ts';

/** systemd-run only hands the work on. It is less than the control plane waits for the answer. */
const timeoutMs = 10_000;

export type LeaveOptions = {
  /** The systemd unit that this process is; undefined where nothing was installed (`npm start`). */
  unit: string | undefined;
  /** Novadock's folder on this host. */
  home: string;
  folder: AgentFolder;
  run: RunCommand;
  log: Pick<Logger, 'info'>;
};

/**
 * Takes the agent off this host: after a moment in which it can still answer, its unit, its programs and its folder go. One that was not
 * installed only stops being a host: it forgets who it is. Throws `unavailable` when systemd does not take that on.
 */
export async function leaveHost({ unit, home, folder, run, log }: LeaveOptions): Promise<void> {
  if (unit === undefined) {
    await rm(folder.file('certificate.pem'), { force: true });
    await rm(folder.file('key.pem'), { force: true });
    return;
  }
  // As a unit of its own, since this one ends in the course of it.
  const args = ['--collect', '--quiet', '--description=Removal of the Novadock agent', '/bin/sh', '-c', removal, 'sh', unit, home];
  const { code, output } = await run('systemd-run', args, { timeoutMs });
  const why = code === 124 ? `systemd-run did not end within ${timeoutMs / 1000} s. ${output}` : output;
  if (code !== 0) throw new CloudError('unavailable', `The agent could not be removed: ${why.trim()}`);
  log.info({ unit }, 'systemd takes the agent off this host');
}

/** `$1` is the unit, `$2` the folder. What a set-up put beside it is the set-up's to take back. */
const removal = `sleep 1
systemctl disable --now "$1"
rm -f "/etc/systemd/system/$1" "/etc/systemd/system/.$1.before" "/etc/systemd/system/$1.d/novadock-trial.conf"
rmdir "/etc/systemd/system/$1.d" 2>/dev/null || :
systemctl daemon-reload
rm -rf /usr/local/lib/novadock "$2" /run/novadock-*.lock
rmdir /usr/local/libexec/novadock 2>/dev/null || :`;
