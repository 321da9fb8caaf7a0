import { access, lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { SetupContext } from './setup-step.ts';

const links = ['multi-user.target.wants/docker.service', 'sockets.target.wants/docker.socket', 'multi-user.target.wants/containerd.service'];

/**
 * Removes the links by which an engine's units would start, of those units that are gone. dpkg flushes to the disk that a package is
 * gone, but not what the package's scripts did: after a power cut, such links can be back.
 */
export async function dropUnitLinks(ctx: SetupContext): Promise<void> {
  if (ctx.host.serviceManager !== 'systemd') return;
  for (const link of links) {
    const unit = link.slice(link.indexOf('/') + 1);
    const isLinked = await lstat(join(ctx.root, '/etc/systemd/system', link)).then(() => true, () => false);
    const isThere = await access(join(ctx.root, '/lib/systemd/system', unit)).then(() => true, () => false);
    if (isLinked && !isThere) await ctx.run('systemctl', ['disable', unit]);
  }
}
