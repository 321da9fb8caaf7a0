import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lastLines } from './last-lines.ts';
import { readUnitLog } from './read-unit-log.ts';
import type { SetupContext } from './setup-step.ts';

const most = 12;

/** The end of the engine's log, from wherever it goes on this host; "" when there is none. */
export async function readEngineLog(ctx: SetupContext): Promise<string> {
  if (ctx.host.serviceManager === 'systemd') return lastLines(await readUnitLog(ctx, 'docker', { lines: most }), most);
  // The init scripts of Debian and Alpine write the latter.
  const files = ctx.host.serviceManager === 'none' ? [ctx.paths.engineLog] : ['/var/log/docker.log'];
  const logs = await Promise.all(files.map((file) => readFile(join(ctx.root, file), 'utf8').catch(() => '')));
  return lastLines(logs.join('\n'), most);
}
