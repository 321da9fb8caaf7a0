import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lastLines } from './last-lines.ts';
import type { SetupContext } from './setup-step.ts';

/** The end of the engine's log, from wherever it goes on this host; "" when there is none. */
export async function readEngineLog(ctx: SetupContext): Promise<string> {
  if (ctx.host.serviceManager === 'systemd') return lastLines((await ctx.run('journalctl', ['-u', 'docker', '-n', '12', '--no-pager', '-o', 'cat'], { isProbe: true })).stdout, 12);
  // The init scripts of Debian and Alpine write the latter.
  const files = ctx.host.serviceManager === 'none' ? [ctx.paths.engineLog] : ['/var/log/docker.log'];
  const logs = await Promise.all(files.map((file) => readFile(join(ctx.root, file), 'utf8').catch(() => '')));
  return lastLines(logs.join('\n'), 12);
}
