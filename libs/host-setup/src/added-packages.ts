import type { PackageManager, Installed } from './package-managers.ts';
import type { SetupContext } from './setup-step.ts';
import { appendToList, readList } from './steps/nova-docker/remembered-list.ts';

const name = 'packages';

/** A run's number, after what is installed at its beginning has been remembered: what is there at its end besides is what it installed. */
export async function rememberRun(ctx: SetupContext, installed: Installed): Promise<number> {
  const run = (await lastRun(ctx)) + 1;
  await ctx.changes.remember(name, `before ${run}`, present(installed));
  return run;
}

/** To be told before a run installs anything: of one that is cut off, this is all that it can have installed. */
export async function rememberPlan(ctx: SetupContext, run: number, names: string[]): Promise<void> {
  await appendToList(ctx.changes, { step: name, list: `plan ${run}`, value: names });
}

/** The end of the last run, unless it is told already: what comes from now on came without it. To be told before anything that was installed is removed, too. */
export async function rememberRunEnd(ctx: SetupContext, installed: Installed): Promise<void> {
  const run = await lastRun(ctx);
  if (run > 0) await ctx.changes.remember(name, `after ${run}`, present(installed));
}

/**
 * What each run installed, the first run first: what it was about to install, as far as that was there at its end and not before, and the keys that
 * package managers took in meanwhile. Whatever else came, an administrator's packages say, is not the set-up's. Where package managers do not tell
 * before (apk), what was there after a run besides counts.
 */
export async function packagesByRun(ctx: SetupContext, manager: PackageManager | undefined, installed: Installed): Promise<string[][]> {
  const runs: string[][] = [];
  for (let run = 1; ; run += 1) {
    const before = await ctx.changes.recall(name, `before ${run}`);
    if (before === undefined) return runs;
    const after = ((await ctx.changes.recall(name, `after ${run}`)) ?? (await ctx.changes.recall(name, `before ${run + 1}`)) ?? present(installed)) as string[];
    const plan = new Set((await readList(ctx.changes, { step: name, list: `plan ${run}` })).flat() as string[]);
    const candidates = manager?.byFolder === undefined ? after : after.filter((one) => plan.has(one) || one.startsWith('gpg-pubkey-'));
    const known = new Set(before as string[]);
    runs.push(candidates.filter((one) => !known.has(one)));
  }
}

/** What all runs installed. */
export async function addedPackages(ctx: SetupContext, manager: PackageManager | undefined, installed: Installed): Promise<string[]> {
  return [...new Set((await packagesByRun(ctx, manager, installed)).flat())];
}

async function lastRun(ctx: SetupContext): Promise<number> {
  let run = 0;
  while ((await ctx.changes.recall(name, `before ${run + 1}`)) !== undefined) run += 1;
  return run;
}

/** One whose installation was cut off is there, too. */
function present({ versions, broken }: Installed): string[] {
  return [...versions.keys(), ...broken];
}
