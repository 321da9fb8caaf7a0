import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { defaultHostProfile, type NovaDockerProfile } from '@novadock/model';
import type { CommandResult } from '../run-command.ts';
import type { SetupContext } from '../setup-step.ts';
import { createFolderContext } from './setup-context.ts';

/** For tests: what inspectPython finds in the Python of a Nova 12 without a driver. */
export const nova12 = { major: 3, pip: true, managed: false, nova: { version: '12.0.6', folder: '/n' }, driver: null, inTree: false };
/** For tests: what systemctl shows of units that it does not have. */
export const noUnit = { stdout: 'Id=nova-compute.service\nLoadState=not-found\nActiveState=inactive\nMainPID=0\nUser=\n' };
/** For tests: what commands do, by their name; any other is not found. */
export type Programs = Record<string, (args: string[]) => Partial<CommandResult>>;
export type NodeOptions = { files?: Record<string, string>; programs?: Programs; profile?: Partial<NovaDockerProfile>; host?: Partial<SetupContext['host']>; dockerGroup?: string[] };

const removals: (() => Promise<void>)[] = [];

/** For tests: an OpenStack node that is a folder, with fakes for programs; removed by removeNodes. */
export async function createNode({ files = {}, programs = {}, profile = {}, host = {}, dockerGroup = [] }: NodeOptions = {}): Promise<SetupContext> {
  const { ctx, remove } = await createFolderContext();
  removals.push(remove);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(ctx.root, path)), { recursive: true });
    writeFileSync(join(ctx.root, path), text);
  }
  const run: SetupContext['run'] = async (command, args) => ({ code: programs[command] ? 0 : 127, stdout: '', output: '', ...programs[command]?.(args) });
  const novaDocker = { package: 'nova-docker==1.0', indexUrl: '', virtualenv: '', compute: true, glance: false, ...profile };
  return { ...ctx, run, host: { ...ctx.host, serviceManager: 'systemd', packageManager: 'apt-get', ...host }, profile: { name: 'p', revision: 1, ...defaultHostProfile, dockerGroup, novaDocker } };
}

/** For tests, after each. */
export async function removeNodes(): Promise<void> {
  for (const remove of removals.splice(0)) await remove();
}

/** For tests: a systemctl that has one unit, which runs. */
export const systemctl = (unit: string, user = 'nova') => ({ systemctl: () => ({ stdout: `Id=openstack-x.service\nLoadState=not-found\nActiveState=inactive\nMainPID=0\nUser=\n\nId=${unit}.service\nLoadState=loaded\nActiveState=active\nMainPID=0\nUser=${user}\n` }) });

/** For tests: the files of a process that began so many ticks after the boot. */
export const proc = (pid: number, args: string[], ticks: number) => ({ [`/proc/${pid}/cmdline`]: `${args.join('\0')}\0`, [`/proc/${pid}/stat`]: `${pid} (a) b) S ${'0 '.repeat(18)}${ticks} 0`, [`/proc/${pid}/status`]: 'Uid:\t64060\t1\t1\t1\nGid:\t7\t7\t7\t7\nGroups:\t7 998 \n', '/proc/uptime': '1000.00 1.0\n' });


