import { CloudError, sysctlPath } from '@novadock/model';
import type { SetupContext } from '../setup-step.ts';
import { assertCanSet, normalize, readKernelSetting, writeKernelSetting } from './kernel-setting.ts';
import { appendToList, readList } from './nova-docker/remembered-list.ts';

const memory = { step: 'driver-config', list: 'sysctl' };

/** What was set of a kernel setting, and what it was just before: a list, in which the first of a setting tells how it was before the set-up. */
type Entry = { key: string; before: string; value: string };

/** A setting that is not what it is to be. */
export type Difference = { key: string; present: string; wanted: string };

/** Those that are not as wanted, and those that the set-up set and the profile has no more. Throws `invalid` where one cannot be set here. */
export async function settingDifferences(ctx: SetupContext, wanted: Record<string, string>): Promise<Difference[]> {
  const differences: Difference[] = [];
  for (const [key, value] of Object.entries(wanted)) {
    const present = await readKernelSetting(ctx, key);
    if (present === normalize(value)) continue;
    if (ctx.host.isRoot) await assertCanSet(ctx, key);
    differences.push({ key, present, wanted: normalize(value) });
  }
  return [...differences, ...(await takenFrom(ctx, wanted))];
}

/** Sets them one by one, each after it was remembered what it was. Those that the profile has no more are as before the set-up. */
export async function setSettings(ctx: SetupContext, wanted: Record<string, string>, own: Record<string, string>): Promise<void> {
  for (const [key, value] of Object.entries(wanted)) {
    // Read as late as this: one setting may change others, as ip_forward does.
    const present = await readKernelSetting(ctx, key);
    if (!(key in own)) await remember(ctx, { key, before: present, value: normalize(value) });
    if (present !== normalize(value)) await writeKernelSetting(ctx, key, value);
  }
  for (const { key, wanted: before } of await takenFrom(ctx, wanted)) await writeKernelSetting(ctx, key, before);
}

/** All that was set is as before the set-up, but for what somebody changed since; in words, a line for each. */
export async function restoreSettings(ctx: SetupContext): Promise<string[]> {
  const done: string[] = [];
  for (const { key, present, wanted } of await takenFrom(ctx, {})) {
    const failed = await writeKernelSetting(ctx, key, wanted).then(() => undefined, (error: unknown) => {
      if (error instanceof CloudError) return error;
      throw error;
    });
    done.push(failed === undefined ? `set ${key} to ${wanted} again` : `left ${key} at ${present} until the next boot, since the kernel does not take ${wanted} back`);
  }
  return done;
}

/** `wanted` is what each was before. */
async function takenFrom(ctx: SetupContext, kept: Record<string, string>): Promise<Difference[]> {
  const entries = await readEntries(ctx);
  const paths = new Set(Object.keys(kept).map(sysctlPath));
  const isSame = (key: string) => (entry: Entry) => sysctlPath(entry.key) === sysctlPath(key);
  const first = entries.filter(({ key }, index) => !paths.has(sysctlPath(key)) && entries.findIndex(isSame(key)) === index);
  const found = await Promise.all(first.map(async ({ key, before }) => {
    // Its module is gone, and the setting with it.
    const present = await readKernelSetting(ctx, key).catch(() => before);
    const isOurs = entries.filter(isSame(key)).some(({ value }) => value === present);
    return present !== before && isOurs ? [{ key, present, wanted: before }] : [];
  }));
  return found.flat();
}

async function remember(ctx: SetupContext, entry: Entry): Promise<void> {
  const entries = await readEntries(ctx);
  if (!entries.some(({ key, value }) => key === entry.key && value === entry.value)) await appendToList(ctx.changes, { ...memory, value: entry });
}

async function readEntries(ctx: SetupContext): Promise<Entry[]> {
  return (await readList(ctx.changes, memory)) as Entry[];
}
