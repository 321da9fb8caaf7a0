import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { SetupContext } from '../../setup-step.ts';
import { findProcess, type HostProcess } from './find-process.ts';
import type { NodeService } from './node-service.ts';

/** `unit` is undefined where nothing but its process is known: a host without a service manager. */
export type FoundService = { unit: string | undefined; active: boolean; user: string; process: HostProcess | undefined };

/** The service as this host's service manager knows it: of several that it may be called, one that is active. Undefined when there is none. */
export async function findService(ctx: SetupContext, service: NodeService): Promise<FoundService | undefined> {
  if (ctx.host.serviceManager === 'systemd') return findUnit(ctx, service);
  const process = await findProcess({ root: ctx.root, program: service.name });
  if (ctx.host.serviceManager === 'none') return process && { unit: undefined, active: true, user: service.user, process };
  for (const unit of service.units) {
    const isThere = await access(join(ctx.root, '/etc/init.d', unit)).then(() => true, () => false);
    if (isThere) return { unit, active: await isStarted(ctx, unit), user: service.user, process };
  }
  return undefined;
}

async function findUnit(ctx: SetupContext, service: NodeService): Promise<FoundService | undefined> {
  const { stdout } = await ctx.run('systemctl', ['show', '--property=Id,LoadState,ActiveState,MainPID,User', ...service.units.map((unit) => `${unit}.service`)]);
  const units = stdout.trim().split(/\n{2,}/).map((block) => Object.fromEntries(block.split('\n').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const)));
  const loaded = units.filter((unit) => unit['LoadState'] === 'loaded');
  const unit = loaded.find((one) => one['ActiveState'] === 'active') ?? loaded[0];
  if (unit === undefined) return undefined;
  const pid = Number(unit['MainPID'] ?? 0);
  const process = pid === 0 ? undefined : await findProcess({ root: ctx.root, pid, program: service.name });
  return { unit: unit['Id']?.replace(/\.service$/, ''), active: unit['ActiveState'] === 'active', user: unit['User'] || 'root', process };
}

async function isStarted(ctx: SetupContext, unit: string): Promise<boolean> {
  const [command, args] = ctx.host.serviceManager === 'openrc' ? ['rc-service', [unit, 'status']] as const : ['service', [unit, 'status']] as const;
  return (await ctx.run(command, [...args])).code === 0;
}
