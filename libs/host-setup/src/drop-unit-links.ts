import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { SetupContext } from './setup-step.ts';

/**
 * Removes the links by which an engine's units would start, of those units that are gone. dpkg flushes to the disk that a package is
 * gone, but not what the package's scripts did: after a power cut, such links can be back.
 */
export async function dropUnitLinks(ctx: SetupContext): Promise<void> {
  if (ctx.host.serviceManager !== 'systemd') return;
  for (const unit of ['docker.service', 'docker.socket', 'containerd.service']) {
    const isThere = await access(join(ctx.root, '/lib/systemd/system', unit)).then(() => true, () => false);
    if (!isThere) await ctx.run('systemctl', ['disable', unit]);
  }
}
