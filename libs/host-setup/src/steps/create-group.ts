import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SetupContext, SetupStep } from '../setup-step.ts';
import { runOrThrow } from '../run-or-throw.ts';

/** The group `docker` exists, before the engine starts and gives its socket to it. */
export const createGroup: SetupStep = {
  name: 'group',
  title: 'Group docker',

  async check(ctx) {
    if (await groupExists(ctx)) return { ok: true, detail: 'it exists' };
    return { ok: false, why: 'it does not exist', todo: 'create the system group docker' };
  },

  async apply(ctx) {
    if (ctx.host.packageManager === 'apk') await runOrThrow(ctx.run, 'addgroup', ['-S', 'docker']);
    else await runOrThrow(ctx.run, 'groupadd', ['--system', 'docker']);
  },
};

async function groupExists(ctx: SetupContext): Promise<boolean> {
  const groups = await readFile(join(ctx.root, '/etc/group'), 'utf8').catch(() => '');
  return /^docker:/m.test(groups);
}
