import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { writeHostFile, type SetupContext, type SetupStep } from '@novadock/host-setup';

/** A step that wants a file to be there, and prints something in making it. While `hold-NAME` lies in the host's folder, it takes its time. */
export function fileStep(name: string): SetupStep {
  const path = `/etc/${name}.conf`;
  const isThere = (ctx: SetupContext) => existsSync(join(ctx.root, path));
  return {
    name,
    title: `File of ${name}`,
    check: async (ctx) => (isThere(ctx) ? { ok: true, detail: `${path} is there` } : { ok: false, why: `${path} is missing`, todo: `write ${path}` }),
    apply: async (ctx) => {
      await ctx.run('sh', ['-c', `echo one; while [ -e ${ctx.root}/hold-${name} ]; do sleep 0.05; done; echo two`]);
      await writeHostFile(ctx, name, { path, content: `${ctx.profile.name}\n` });
    },
    undo: async (ctx) => ((await ctx.changes.restoreFiles(name)).length > 0 ? `${path} is gone again` : ''),
  };
}
