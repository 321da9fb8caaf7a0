import { CloudError } from '@novadock/model';
import { lastLines } from './last-lines.ts';
import { listInstalled } from './look-at-packages.ts';
import type { PackageManager } from './package-managers.ts';
import { packageFailure, runPackageManager } from './run-package-manager.ts';
import type { SetupContext } from './setup-step.ts';

type Removal = {
  /** What the set-up installed. */
  names: string[];
  /** Nothing is purged. */
  keepData: boolean;
  /** The engine is ours: it is an error where it has to stay. What came with one that is somebody else's may be needed by that. */
  engineGoes: boolean;
};

/** Of the packages that the set-up installed, removes those that are there and that nothing else needs; gives back their names. Never removes another one. */
export async function removePackages(ctx: SetupContext, manager: PackageManager, options: Removal): Promise<string[]> {
  // Those too whose removal was cut off, half way or before their configuration files.
  const look = async () => {
    const { versions, broken, remains } = await listInstalled(ctx, manager);
    const unpurged = options.keepData ? [] : remains;
    return { present: new Set([...versions.keys(), ...broken, ...unpurged]), unpurged };
  };
  const before = (await look()).present;
  const names = options.names.filter((name) => before.has(name));
  if (names.length > 0) await remove(ctx, names, options.keepData);
  // Of a package that was removed in part, apt leaves the configuration files when it is told to purge it; of one that is removed, not.
  const unpurged = (await look()).unpurged.filter((name) => names.includes(name));
  if (unpurged.length > 0) await remove(ctx, unpurged, options.keepData);
  const after = (await look()).present;
  const engine = names.find((name) => after.has(name) && manager.held.includes(name));
  if (engine !== undefined && options.engineGoes) throw new CloudError('conflict', `${engine}, which Novadock installed, cannot be removed: packages that came later need it. Remove those, then take the set-up back again`);
  return names.filter((name) => !after.has(name));
}

async function remove(ctx: SetupContext, names: string[], keepData: boolean): Promise<void> {
  const manager = ctx.host.packageManager;
  if (manager === 'apt-get') return removeDebs(ctx, names, keepData);
  if (manager === 'apk') return runOrFail(ctx, ['apk', 'del', '--wait', '300', ...names]);
  const keys = names.filter((name) => name.startsWith('gpg-pubkey-'));
  const free = await notNeeded(ctx, names.filter((name) => !keys.includes(name)));
  const commands = { dnf: ['dnf', '-y', 'remove', '--noautoremove'], yum: ['yum', '-y', 'remove'], zypper: ['zypper', '--non-interactive', 'remove', '--no-clean-deps'] };
  if (free.length > 0) await runOrFail(ctx, [...commands[manager ?? 'dnf'], ...free]);
  if (keys.length > 0) await runOrFail(ctx, ['rpm', '-e', ...keys]);
}

async function removeDebs(ctx: SetupContext, names: string[], keepData: boolean): Promise<void> {
  // Debian's docker.io takes all of /var/lib/docker with it when it is purged.
  const verb = keepData ? 'remove' : 'purge';
  const options = ['-y', '--allow-change-held-packages', '-o', 'DPkg::Lock::Timeout=300'];
  const trial = await ctx.run('apt-get', ['-s', verb, ...options, ...names], { isProbe: true });
  const others = [...trial.stdout.matchAll(/^(?:Remv|Purg) (\S+)/gm)].filter(([, name = '']) => !names.includes(name));
  if (others.length === 0) return runOrFail(ctx, ['apt-get', verb, ...options, ...names]);
  // dpkg removes none but these, and leaves those that others need; what is left is looked at afterwards.
  await runPackageManager(ctx, ['dpkg', `--${verb}`, ...names]);
}

/** Those that no other installed package needs. */
async function notNeeded(ctx: SetupContext, names: string[]): Promise<string[]> {
  let free = names;
  while (free.length > 0) {
    const { code, output } = await ctx.run('rpm', ['-e', '--test', ...free], { isProbe: true });
    const needed = free.filter((name) => output.split('\n').some((line) => line.includes('is needed by') && line.includes(name) && !free.some((other) => line.endsWith(other))));
    if (code === 0 || needed.length === 0) return free;
    free = free.filter((name) => !needed.includes(name));
  }
  return free;
}

async function runOrFail(ctx: SetupContext, command: string[]): Promise<void> {
  const result = await runPackageManager(ctx, command);
  if (result.code !== 0) throw packageFailure(command.slice(0, 4), lastLines(result.output));
}
