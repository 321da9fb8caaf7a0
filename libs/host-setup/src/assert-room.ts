import { stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CloudError } from '@novadock/model';
import type { SetupContext } from './setup-step.ts';

/** What is to be free besides. */
const spareBytes = 100 * 2 ** 20;
const units: Record<string, number> = { B: 1, KB: 1e3, K: 2 ** 10, KIB: 2 ** 10, MB: 1e6, M: 2 ** 20, MIB: 2 ** 20, GB: 1e9, G: 2 ** 30, GIB: 2 ** 30 };

/** Throws `unavailable` with what is needed and where, when the disk has no room for what `command` would download and install; asks the package manager, which changes nothing. */
export async function assertRoom(ctx: SetupContext, [program = '', ...args]: string[]): Promise<void> {
  const no = { 'apt-get': ['--assume-no'], dnf: ['--assumeno'], yum: ['--assumeno'] }[program];
  // zypper looks by itself; what it says without a yes tells no size.
  if (no === undefined) return;
  const { output } = await ctx.run(program, [...args.filter((arg) => arg !== '-y'), ...no], { isProbe: true });
  const { download, installed } = sizesIn(output);
  const needs = [
    // The engine's are kept as well.
    { path: ctx.paths.fetchedPackages, bytes: download * 2 },
    { path: '/usr', bytes: installed },
  ];
  const byDevice = Map.groupBy(await Promise.all(needs.map(async (need) => ({ ...need, ...(await roomAt(join(ctx.root, need.path))) }))), ({ device }) => device);
  for (const group of byDevice.values()) {
    const [needed, free] = [group.reduce((sum, { bytes }) => sum + bytes, 0), group[0]?.free ?? 0];
    if (needed === 0 || free >= needed + spareBytes) continue;
    throw new CloudError('unavailable', `The packages need ${mib(needed + spareBytes)} MiB below ${group.map(({ path }) => path).join(' and ')}, and ${mib(free)} MiB are free: make room there, then run the set-up again`, { reason: 'DISK_FULL' });
  }
}

/** In bytes, as apt and dnf say it in English. */
export function sizesIn(output: string): { download: number; installed: number } {
  const find = (pattern: RegExp) => {
    const [, number = '0', unit = 'B'] = pattern.exec(output) ?? [];
    return Number(number.replaceAll(',', '')) * (units[unit.toUpperCase()] ?? 1);
  };
  return {
    download: find(/(?:Need to get (?:[\d.,]+ ?\w*\/)?|Total download size: )([\d.,]+) ?([kKMG]?i?B?)\b/),
    installed: find(/(?:After this operation, |Installed size: )([\d.,]+) ?([kKMG]?i?B?)\b(?! disk space will be freed)/),
  };
}

async function roomAt(path: string): Promise<{ device: number; free: number }> {
  const size = await statfs(path).catch(() => undefined);
  if (size === undefined) return path === dirname(path) ? { device: 0, free: 0 } : roomAt(dirname(path));
  return { device: (await stat(path)).dev, free: size.bavail * size.bsize };
}

function mib(bytes: number): number {
  return Math.ceil(bytes / 2 ** 20);
}
