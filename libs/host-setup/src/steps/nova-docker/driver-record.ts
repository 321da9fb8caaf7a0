import type { SetupContext } from '../../setup-step.ts';
import type { Pip } from './create-pip.ts';
import { inspectPython } from './inspect-python.ts';
import { appendToList, readList } from './remembered-list.ts';
import { requirementName } from './requirement-name.ts';

export const driverStep = 'nova-driver';
const list = 'install';

/** `installed` and `added` are lines of `pip freeze`; `planned` are the names that pip said it would install, null where it cannot say. */
export type InstallBegins = { kind: 'begins'; python: string; managed: boolean; indexUrl: string; installed: string[]; planned: string[] | null };
export type InstallEnded = { kind: 'ended'; python: string; package: string; version: string; added: string[] };

/** What was installed for the driver into a Python, in order. */
export async function readInstalls(ctx: SetupContext, python?: string): Promise<(InstallBegins | InstallEnded)[]> {
  const all = (await readList(ctx.changes, { step: driverStep, list })) as (InstallBegins | InstallEnded)[];
  return all.filter((entry) => python === undefined || entry.python === python);
}

/** To be told before pip is run. */
export function beginInstall(ctx: SetupContext, begins: InstallBegins): Promise<void> {
  return remember(ctx, begins);
}

async function remember(ctx: SetupContext, entry: InstallBegins | InstallEnded): Promise<void> {
  await appendToList(ctx.changes, { step: driverStep, list, value: entry });
}

/**
 * To be told after pip was run: what it added is remembered. Others install into the same Python, so that only what pip said it would install
 * counts; of a pip that cannot say, all that is there since it began. One that failed has brought no `package`.
 */
export async function endInstall(ctx: SetupContext, { begins, pip, ...brought }: { begins: InstallBegins; pip: Pip; package: string; version: string }): Promise<void> {
  const { python, planned, installed } = begins;
  const added = linesWithout(await pip.freeze(), installed).filter((line) => planned === null || planned.includes(requirementName(line)));
  await remember(ctx, { kind: 'ended', python, ...brought, added });
}

/** Ends an installation that was cut off. Nobody knows when that was: of a pip that cannot say what it would install, the driver and what that requires count. */
export async function endCutOff(ctx: SetupContext, { python, pip }: { python: string; pip: Pip }): Promise<void> {
  const last = (await readInstalls(ctx, python)).at(-1);
  if (last?.kind !== 'begins') return;
  await endInstall(ctx, { begins: { ...last, planned: last.planned ?? (await driverAndRequired(ctx, { python, pip })) }, pip, package: '', version: '' });
}

async function driverAndRequired(ctx: SetupContext, { python, pip }: { python: string; pip: Pip }): Promise<string[]> {
  const driver = (await inspectPython(ctx, python))?.driver;
  return driver ? [requirementName(`${driver.name}==`), ...(await pip.requirementsOf(driver.name))] : [];
}

export function linesWithout(lines: string[], others: string[]): string[] {
  return lines.filter((line) => !others.includes(line));
}
