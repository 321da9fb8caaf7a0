import type { SetupContext } from './setup-step.ts';

/** Whether the set-up installed the engine of this host; one that was there before is adopted, and is never stopped. */
export async function engineIsOurs(ctx: SetupContext): Promise<boolean> {
  return (await ctx.changes.recall('packages', 'hadEngine')) === false;
}
