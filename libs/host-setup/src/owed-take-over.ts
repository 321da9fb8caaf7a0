import type { Json } from './change-record.ts';
import { engineIdentity } from './engine-identity.ts';
import type { SetupContext } from './setup-step.ts';

const recordOf = (step: string) => `${step}-owed`;

/** To be told before a file that the engine goes by is changed: a run may be cut off before the engine has taken it over. `from`: what the engine goes by until then. Of what was told already, with the same engine, the first stays. */
export async function oweTakeOver(ctx: SetupContext, step: string, from: Json): Promise<void> {
  if ((await owedTakeOver(ctx, step)) === undefined) await settleTakeOver(ctx, step);
  await ctx.changes.remember(recordOf(step), 'from', { from, engine: (await engineIdentity(ctx)) ?? null });
}

/** What the engine that runs still goes by; undefined when nothing is owed, or another one was started since: that has read the files. */
export async function owedTakeOver(ctx: SetupContext, step: string): Promise<Json | undefined> {
  const owed = (await ctx.changes.recall(recordOf(step), 'from')) as { from: Json; engine: string | null } | undefined;
  return owed === undefined || owed.engine !== ((await engineIdentity(ctx)) ?? null) ? undefined : owed.from;
}

/** The engine goes by its files. */
export async function settleTakeOver(ctx: SetupContext, step: string): Promise<void> {
  await ctx.changes.forget(recordOf(step));
}
