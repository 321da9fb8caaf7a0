import { chmod, mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { SetupContext, SetupStep } from '../setup-step.ts';

/** The OCI runtime wrapper lies where daemon.json names it, whole, and may be run. */
export const installRuntime: SetupStep = {
  name: 'runtime',
  title: 'OCI runtime novadock',

  async check(ctx) {
    const path = ctx.paths.runtime;
    const todo = `install the runtime wrapper as ${path}`;
    const file = join(ctx.root, path);
    const installed = await readFile(file, 'utf8').catch(() => undefined);
    if (installed === undefined) return { ok: false, why: `${path} is missing`, todo };
    if (installed !== (await readFile(ctx.shipped.runtime, 'utf8'))) return { ok: false, why: `${path} is another version`, todo };
    if (((await stat(file)).mode & 0o777) !== 0o755) return { ok: false, why: `${path} may not be run by all`, todo };
    return { ok: true, detail: path };
  },

  apply: install,
};

async function install(ctx: SetupContext): Promise<void> {
  const file = join(ctx.root, ctx.paths.runtime);
  await mkdir(dirname(file), { recursive: true, mode: 0o755 });
  // Renamed into place, for a container may start at this moment.
  const fresh = `${file}.new`;
  await writeFile(fresh, await readFile(ctx.shipped.runtime));
  await chmod(fresh, 0o755);
  await rename(fresh, file);
}
