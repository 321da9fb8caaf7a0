import type { SetupContext } from '../../setup-step.ts';
import type { Pip } from './create-pip.ts';
import { appendToList, readList } from './remembered-list.ts';

export const driverStep = 'nova-driver';
const list = 'install';

/** `installed` and `added` are lines of `pip freeze`. */
export type InstallBegins = { kind: 'begins'; python: string; managed: boolean; indexUrl: string; installed: string[] };
export type InstallEnded = { kind: 'ended'; python: string; package: string; version: string; added: string[] };

/** What was installed for the driver into a Python, in order. */
export async function readInstalls(ctx: SetupContext, python?: string): Promise<(InstallBegins | InstallEnded)[]> {
  const all = (await readList(ctx.changes, { step: driverStep, list })) as (InstallBegins | InstallEnded)[];
  return all.filter((entry) => python === undefined || entry.python === python);
}

/** Remembered before pip is run, and after. */
export async function rememberInstall(ctx: SetupContext, entry: InstallBegins | InstallEnded): Promise<void> {
  await appendToList(ctx.changes, { step: driverStep, list, value: entry });
}

/** An installation that a power cut ended may have brought something: that is remembered as added. */
export async function endCutOff(ctx: SetupContext, { python, pip }: { python: string; pip: Pip }): Promise<void> {
  const last = (await readInstalls(ctx, python)).at(-1);
  if (last?.kind !== 'begins') return;
  await rememberInstall(ctx, { kind: 'ended', python, package: '', version: '', added: linesWithout(await pip.freeze(), last.installed) });
}

export function linesWithout(lines: string[], others: string[]): string[] {
  return lines.filter((line) => !others.includes(line));
}
