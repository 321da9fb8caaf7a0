import { setTimeout as delay } from 'node:timers/promises';
import { CloudError } from '@novadock/model';
import { dropAptLists } from './drop-apt-lists.ts';
import { flushDisks } from './flush-disks.ts';
import { lastLines } from './last-lines.ts';
import { packageManagers } from './package-managers.ts';
import type { CommandResult } from './run-command.ts';
import type { SetupContext } from './setup-step.ts';

/** What a package manager says while another one is at work, as long as it does not wait by itself. */
const locked = /could not get lock|unable to (acquire|lock)|is another process using it|dpkg frontend lock|system management is locked|another app is currently holding|can't create transaction lock|unable to obtain.* lock/i;
/** What it says when a run before it was cut off. */
const interrupted = /dpkg was interrupted|dpkg --configure -a|--fix-broken install|needs to be reinstalled|rpmdb.*(damaged|corrupt|recovery)|error: rpmdb|DB_RUNRECOVERY|Thread died in Berkeley DB|problem with MergeList|lists or status file could not be (parsed|opened)/i;
const network = /temporary failure|could not resolve|cannot resolve|could not connect|unable to connect|connection (failed|timed out|refused|reset)|failed to fetch|unable to fetch|curl error|network is unreachable|no route to host|timeout (was )?reached|timed out|cannot download|download .*failed|5\d\d +(internal|bad gateway|service|gateway)/i;

const lockTimeoutMs = 5 * 60_000;
const backoffMs = [1000, 2000];

/**
 * Runs a package manager: waits while another one works, mends what an interrupted one left, and tries again when the network
 * fails, three times in all. Tells how it went in the end; never throws.
 */
export async function runPackageManager(ctx: SetupContext, command: string[]): Promise<CommandResult> {
  const deadline = Date.now() + lockTimeoutMs;
  let [failures, mended] = [0, false];
  for (;;) {
    if (isRefresh(command)) await dropAptLists(ctx, 'empty');
    const result = await runOnce(ctx, command);
    const trouble = troubleOf(command, result);
    if (trouble === 'locked' && Date.now() < deadline) await delay(backoffMs[0]);
    else if (trouble === 'interrupted' && !mended) {
      mended = true;
      await mendPackages(ctx);
    } else if (trouble === 'network' && failures < backoffMs.length) {
      await delay(backoffMs[failures]);
      failures += 1;
    } else {
      if (result.code === 0 && leavesUnflushed(ctx, command)) await flushDisks(ctx);
      return result;
    }
  }
}

/** What can be done something about. */
function troubleOf(command: string[], { code, output }: CommandResult): 'locked' | 'interrupted' | 'network' | undefined {
  if (code !== 0 && locked.test(output)) return 'locked';
  if (code !== 0 && interrupted.test(output)) return 'interrupted';
  // apt-get update ends well without what it could not fetch.
  return network.test(output) && (code !== 0 || isRefresh(command)) ? 'network' : undefined;
}

/** Brings an installation that was cut off to its end. */
export async function mendPackages(ctx: SetupContext): Promise<void> {
  const commands: Partial<Record<string, string[][]>> = {
    'apt-get': [['dpkg', '--force-confold', '--configure', '-a'], packageManagers['apt-get'].refresh, ['apt-get', 'install', '-f', '-y', '--no-remove', '-o', 'DPkg::Lock::Timeout=300', '-o', 'Dpkg::Options::=--force-confold']],
    dnf: [['rpm', '--rebuilddb']],
    yum: [['rpm', '--rebuilddb']],
    zypper: [['rpm', '--rebuilddb']],
    apk: [['apk', 'fix']],
  };
  const deadline = Date.now() + lockTimeoutMs;
  // Of a package that was unpacked in part, the whole has to be found again.
  await dropAptLists(ctx, 'all');
  for (const command of commands[ctx.host.packageManager ?? ''] ?? []) {
    // What cannot be mended, the next command says.
    while (locked.test((await runOnce(ctx, command)).output) && Date.now() < deadline) await delay(backoffMs[0]);
  }
}

export function packageFailure(command: string[], output: string): CloudError {
  return new CloudError('unavailable', `\`${command.join(' ')}\` failed; its last lines:\n${lastLines(output)}\nRun the command by hand, mend what it complains about, then run the set-up again`);
}

function runOnce(ctx: SetupContext, [command = '', ...args]: string[]): Promise<CommandResult> {
  // needrestart would restart what runs on the host.
  return ctx.run(command, args, { env: { DEBIAN_FRONTEND: 'noninteractive', NEEDRESTART_SUSPEND: '1', ZYPP_LOCK_TIMEOUT: '300' }, timeoutMs: 30 * 60_000 });
}

function isRefresh(command: string[]): boolean {
  return ['update', 'makecache', 'refresh'].some((verb) => command.includes(verb));
}

/** dpkg flushes what it installs. */
function leavesUnflushed({ host }: SetupContext, command: string[]): boolean {
  return host.packageManager !== 'apt-get' && !isRefresh(command) && !command.some((word) => /^--download-?only$/.test(word));
}
