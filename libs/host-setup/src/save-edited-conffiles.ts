import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SetupContext } from './setup-step.ts';

/** A path and its MD5 as the package brought it: dpkg-query(1), Conffiles. */
const conffile = /^ (\/.+) ([0-9a-f]{32})(?: \w+)*$/gm;

/** Of packages that dpkg is about to purge, saves those configuration files that somebody edited, so that `restoreFiles` of the step puts them back: a purge takes them all. */
export async function saveEditedConffiles(ctx: SetupContext, step: string, names: string[]): Promise<void> {
  if (ctx.host.packageManager !== 'apt-get' || names.length === 0) return;
  // Of those that are gone already it tells nothing.
  const { stdout } = await ctx.run('dpkg-query', ['-W', '-f', '${Conffiles}\\n', ...names], { isProbe: true });
  for (const [, path = '', shipped] of stdout.matchAll(conffile)) {
    const content = await readFile(join(ctx.root, path)).catch(() => undefined);
    if (content !== undefined && createHash('md5').update(content).digest('hex') !== shipped) await ctx.changes.saveFile(step, path);
  }
}
