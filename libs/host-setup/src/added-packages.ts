import type { PackageManager } from './package-managers.ts';
import type { SetupContext } from './setup-step.ts';
import { appendToList, readList } from './steps/nova-docker/remembered-list.ts';

const name = 'packages';

/** A run's number, after what is installed at its beginning has been remembered: what is there at its end besides is what it installed. */
export async function rememberRun(ctx: SetupContext, versions: Map<string, string>): Promise<number> {
  let run = 1;
  while ((await ctx.changes.recall(name, `before ${run}`)) !== undefined) run += 1;
  await ctx.changes.remember(name, `before ${run}`, [...versions.keys()]);
  return run;
}

/**
 * What all runs installed: of each, what it was about to install, and the keys that package managers took in meanwhile. Whatever else came, an
 * administrator's packages say, is not the set-up's. Where package managers do not tell before (apk), what was there after a run besides counts.
 */
export async function addedPackages(ctx: SetupContext, manager: PackageManager | undefined, now: string[]): Promise<string[]> {
  const added = new Set<string>();
  for (let run = 1; ; run += 1) {
    const before = await ctx.changes.recall(name, `before ${run}`);
    if (before === undefined) return [...added];
    const after = ((await ctx.changes.recall(name, `after ${run}`)) ?? (await ctx.changes.recall(name, `before ${run + 1}`)) ?? now) as string[];
    const plan = (await readList(ctx.changes, { step: name, list: `plan ${run}` })).flat() as string[];
    const candidates = manager?.byFolder === undefined ? after : [...plan, ...after.filter((one) => one.startsWith('gpg-pubkey-'))];
    const known = new Set(before as string[]);
    for (const one of candidates) if (!known.has(one)) added.add(one);
  }
}

/** To be told before a run installs anything: of one that is cut off, this is all that it can have installed. */
export async function rememberPlan(ctx: SetupContext, run: number, names: string[]): Promise<void> {
  await appendToList(ctx.changes, { step: name, list: `plan ${run}`, value: names });
}
