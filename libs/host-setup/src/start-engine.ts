import { CloudError } from '@novadock/model';
import { engineAnswers } from './engine-answers.ts';
import { ensureEngine } from './ensure-engine.ts';
import { lastLines } from './last-lines.ts';
import { pollUntil } from './poll-until.ts';
import { readEngineLog } from './read-engine-log.ts';
import type { SetupContext } from './setup-step.ts';

export const startCommands = {
  systemd: ['systemctl', 'start', 'docker'],
  openrc: ['rc-service', 'docker', 'start'],
  sysvinit: ['service', 'docker', 'start'],
};

/** Starts the engine the way of this host, and waits until it answers; throws `unavailable` with the end of its log. */
export async function startEngine(ctx: SetupContext): Promise<void> {
  const manager = ctx.host.serviceManager;
  if (manager === 'none') await ensureEngine({ ...ctx, serviceManager: manager, timeoutMs: ctx.engineTimeoutMs });
  else await runService(ctx, startCommands[manager]);
}

/** Runs a command of the service manager and waits until the engine answers. */
export async function runService(ctx: SetupContext, [command = '', ...args]: string[]): Promise<void> {
  // After a few failed starts systemd refuses further ones until it is told to forget them.
  if (ctx.host.serviceManager === 'systemd') await ctx.run('systemctl', ['reset-failed', 'docker.service']);
  const result = await ctx.run(command, args);
  const answers = result.code === 0 && (await pollUntil({ condition: () => engineAnswers(ctx.connect), timeoutMs: ctx.engineTimeoutMs }));
  if (answers) return;
  throw new CloudError('unavailable', `\`${[command, ...args].join(' ')}\` did not bring the engine up:\n${lastLines(`${result.output}\n${await readEngineLog(ctx)}`, 12)}\nMend what it complains about, then run the set-up again`);
}
