import { holdPackages, notHeld } from './hold-packages.ts';
import type { Installed } from './package-managers.ts';
import type { SetupContext } from './setup-step.ts';
import { appendToList, readList } from './steps/nova-docker/remembered-list.ts';

const step = 'packages';
const lists = { ours: 'held by us', others: 'held by others' };

/** Remembers which of the packages somebody else holds: to be told before a run lets any go, which it may do for another version. */
export async function rememberOthersHolds(ctx: SetupContext, names: string[], { versions }: Installed): Promise<void> {
  const known = [...(await read(ctx, lists.ours)), ...(await read(ctx, lists.others))];
  const unknown = names.filter((name) => versions.has(name) && !known.includes(name));
  if (unknown.length === 0) return;
  const loose = await notHeld(ctx, unknown);
  await add(ctx, lists.others, unknown.filter((name) => !loose.includes(name)));
}

/** Holds the packages, after it has remembered of which that is the set-up's doing. */
export async function holdAsOurs(ctx: SetupContext, names: string[], { versions }: Installed): Promise<void> {
  const known = [...(await read(ctx, lists.ours)), ...(await read(ctx, lists.others))];
  await add(ctx, lists.ours, names.filter((name) => !known.includes(name)));
  await holdPackages(ctx, names, versions);
}

/** What the set-up holds, and nobody held before. */
export function readOurHolds(ctx: SetupContext): Promise<string[]> {
  return read(ctx, lists.ours);
}

async function read(ctx: SetupContext, list: string): Promise<string[]> {
  return (await readList(ctx.changes, { step, list })).flat() as string[];
}

async function add(ctx: SetupContext, list: string, names: string[]): Promise<void> {
  if (names.length > 0) await appendToList(ctx.changes, { step, list, value: names });
}
