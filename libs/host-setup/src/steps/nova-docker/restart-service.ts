import { CloudError } from '@novadock/model';
import { lastLines } from '../../last-lines.ts';
import { pollUntil } from '../../poll-until.ts';
import { readUnitLog } from '../../read-unit-log.ts';
import type { SetupContext } from '../../setup-step.ts';
import { findService } from './find-service.ts';
import type { NodeService } from './node-service.ts';

/** Restarts a service, and waits until it has stayed up for a while: what cannot load its driver ends after a moment. Throws `unavailable` with the end of its log when it does not. */
export async function restartService(ctx: SetupContext, service: NodeService, unit: string): Promise<void> {
  const [command, ...args] = commandFor(ctx, unit);
  // After a few failed starts systemd refuses further ones until it is told to forget them.
  if (ctx.host.serviceManager === 'systemd') await ctx.run('systemctl', ['reset-failed', unit], { isProbe: true });
  const result = await ctx.run(command, args);
  if (result.code === 0 && (await staysUp(ctx, service))) return;
  const log = ctx.host.serviceManager === 'systemd' ? await readUnitLog(ctx, unit, { lines: 20 }) : '';
  const hint = service.name === 'nova-compute' ? ' "Unable to load the virtualization driver" means that this Nova does not take the driver: the step for the driver says why.' : '';
  throw new CloudError('unavailable', `${unit} does not stay up after \`${[command, ...args].join(' ')}\`:\n${lastLines(`${result.output}\n${log}`, 12)}\nIts log, /var/log/${service.name.startsWith('nova') ? 'nova' : 'glance'}/${service.name}.log, says more.${hint} Mend it, then run the set-up again; its undo puts everything back as it was`);
}

/** As it is typed. */
export function commandFor(ctx: SetupContext, unit: string): [string, ...string[]] {
  if (ctx.host.serviceManager === 'openrc') return ['rc-service', unit, 'restart'];
  return ctx.host.serviceManager === 'sysvinit' ? ['service', unit, 'restart'] : ['systemctl', 'restart', unit];
}

async function staysUp(ctx: SetupContext, service: NodeService): Promise<boolean> {
  const settleMs = Math.min(5000, ctx.engineTimeoutMs / 10);
  let up: { pid: number | undefined; sinceMs: number } | undefined;
  return pollUntil({
    condition: async () => {
      const found = await findService(ctx, service);
      if (found?.active !== true) up = undefined;
      else if (up === undefined || up.pid !== found.process?.pid) up = { pid: found.process?.pid, sinceMs: Date.now() };
      return up !== undefined && Date.now() - up.sinceMs >= settleMs;
    },
    timeoutMs: ctx.engineTimeoutMs,
  });
}
