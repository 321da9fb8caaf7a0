import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileChange } from '../file-change.ts';
import { orMissing } from '../or-missing.ts';
import type { SetupStep } from '../setup-step.ts';
import { writeHostFile } from '../write-host-file.ts';

const name = 'runtime';

/** The OCI runtime wrapper lies where daemon.json names it, whole, and may be run. */
export const installRuntime: SetupStep = {
  name,
  title: 'OCI runtime novadock',

  async check(ctx) {
    const path = ctx.paths.runtime;
    const file = join(ctx.root, path);
    const [installed, shipped] = [await readFile(file, 'utf8').catch(orMissing), await readFile(ctx.shipped.runtime, 'utf8')];
    const todo = `install the runtime wrapper as ${path}`;
    if (installed !== shipped) return { ok: false, why: `${path} ${installed === undefined ? 'is missing' : 'is another version'}`, todo, files: [fileChange(path, installed, shipped)] };
    if (((await stat(file)).mode & 0o777) !== 0o755) return { ok: false, why: `${path} may not be run by all`, todo };
    return { ok: true, detail: path };
  },

  // Put into place whole, for a container may start at this moment.
  apply: async (ctx) => writeHostFile(ctx, name, { path: ctx.paths.runtime, content: await readFile(ctx.shipped.runtime), mode: 0o755 }),

  async undo(ctx) {
    const restored = await ctx.changes.restoreFiles(name);
    return restored.length === 0 ? '' : `removed ${ctx.paths.runtime}`;
  },
};
