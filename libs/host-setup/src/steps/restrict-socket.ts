import { runOrThrow } from '../run-or-throw.ts';
import type { SetupContext, SetupStep } from '../setup-step.ts';

/** The engine's socket belongs to root and the group docker, and is closed to everybody else: who may write to it is root. */
export const restrictSocket: SetupStep = {
  name: 'socket',
  title: "Rights of the engine's socket",

  async check(ctx) {
    const seen = await readRights(ctx);
    if (seen === '660 root:docker') return { ok: true, detail: `${ctx.paths.socket} is 0660 root:docker` };
    return { ok: false, why: seen === '' ? `${ctx.paths.socket} is not there` : `${ctx.paths.socket} is ${seen}`, todo: `set ${ctx.paths.socket} to 0660 root:docker` };
  },

  async apply(ctx) {
    await runOrThrow(ctx.run, 'chown', ['root:docker', ctx.paths.socket]);
    await runOrThrow(ctx.run, 'chmod', ['660', ctx.paths.socket]);
  },
};

async function readRights(ctx: SetupContext): Promise<string> {
  return (await ctx.run('stat', ['-L', '-c', '%a %U:%G', ctx.paths.socket])).stdout.trim();
}
