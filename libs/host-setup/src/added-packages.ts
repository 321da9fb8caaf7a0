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

/** To be told before a run installs anything: of one that is cut off, this is all that it can have installed. Without names: the package manager cannot say. */
export async function rememberPlan(ctx: SetupContext, run: number, names: string[]): Promise<void> {
  await appendToList(ctx.changes, { step: name, list: `plan ${run}`, value: names });
}

/** The end of the last run, unless it is told already: what comes from now on came without it. To be told before anything that was installed is removed, too. */
export async function rememberRunEnd(ctx: SetupContext, installed: Installed): Promise<void> {
  const run = await lastRun(ctx);
  if (run > 0) await ctx.changes.remember(name, `after ${run}`, present(installed));
}

/** `since` is the run that began it: an earlier one, that was cut off, or the run itself. */
type Run = { names: string[]; since: number };

/**
 * What each run installed, the first run first: what it was about to install, as far as that was there at its end and not before, and the keys that
 * package managers took in meanwhile. Whatever else came, an administrator's packages say, is not the set-up's. What a run that was cut off was
 * about to install may come in the next one: its package manager works on. Where one cannot say before what it would bring, all that came counts.
 */
export async function packagesByRun(ctx: SetupContext, manager: PackageManager | undefined, installed: Installed): Promise<Run[]> {
  const runs: Run[] = [];
  let [plan, since] = [new Set<string>(), 1];
  for (let run = 1; ; run += 1) {
    const before = await ctx.changes.recall(name, `before ${run}`);
    if (before === undefined) return runs;
    const end = await ctx.changes.recall(name, `after ${run}`);
    const after = (end ?? (await ctx.changes.recall(name, `before ${run + 1}`)) ?? present(installed)) as string[];
    const plans = (await readList(ctx.changes, { step: name, list: `plan ${run}` })) as string[][];
    for (const one of plans.flat()) plan.add(one);
    const isUnknown = manager?.byFolder === undefined && plans.some((names) => names.length === 0);
    const candidates = isUnknown ? after : after.filter((one) => plan.has(one) || one.startsWith('gpg-pubkey-'));
    const known = new Set(before as string[]);
    runs.push({ names: candidates.filter((one) => !known.has(one)), since });
    if (end !== undefined) [plan, since] = [new Set(), run + 1];
  }
}

/** What all runs installed. */
export async function addedPackages(ctx: SetupContext, manager: PackageManager | undefined, installed: Installed): Promise<string[]> {
  return [...new Set((await packagesByRun(ctx, manager, installed)).flatMap(({ names }) => names))];
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
