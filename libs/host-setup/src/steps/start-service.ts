import { CloudError } from '@novadock/model';
import { assertEngineFits } from '../assert-engine-fits.ts';
import { engineAnswers } from '../engine-answers.ts';
import { ensureEngine } from '../ensure-engine.ts';
import { lastLines } from '../last-lines.ts';
import { pollUntil } from '../poll-until.ts';
import type { SetupContext, SetupStep } from '../setup-step.ts';

const startCommands = {
  systemd: ['systemctl', 'start', 'docker'],
  openrc: ['rc-service', 'docker', 'start'],
  sysvinit: ['service', 'docker', 'start'],
};

/** The engine answers on its socket. One that answers is never restarted. */
export const startService: SetupStep = {
  name: 'service',
  title: 'Docker service',

  async check(ctx) {
    if (await engineAnswers(ctx.connect)) return { ok: true, detail: `Docker Engine ${await assertEngineFits(ctx.connect)} answers on ${ctx.paths.socket}` };
    const manager = ctx.host.serviceManager;
    const todo = manager === 'none' ? `start dockerd in the background, logging to ${ctx.paths.engineLog} (no service manager here)` : `start it: ${startCommands[manager].join(' ')}`;
    return { ok: false, why: `the engine does not answer on ${ctx.paths.socket}`, todo };
  },

  async apply(ctx) {
    const manager = ctx.host.serviceManager;
    if (manager === 'none') await ensureEngine({ ...ctx, serviceManager: manager, timeoutMs: ctx.engineTimeoutMs });
    else await startWith(ctx, startCommands[manager]);
  },
};

async function startWith(ctx: SetupContext, [command = '', ...args]: string[]): Promise<void> {
  // After a few failed starts systemd refuses further ones until it is told to forget them.
  if (ctx.host.serviceManager === 'systemd') await ctx.run('systemctl', ['reset-failed', 'docker.service']);
  const result = await ctx.run(command, args);
  const answers = result.code === 0 && (await pollUntil({ condition: () => engineAnswers(ctx.connect), timeoutMs: ctx.engineTimeoutMs }));
  if (answers) return;
  const log = ctx.host.serviceManager === 'systemd' ? (await ctx.run('journalctl', ['-u', 'docker', '-n', '8', '--no-pager', '-o', 'cat'])).stdout : '';
  throw new CloudError('unavailable', `\`${[command, ...args].join(' ')}\` did not bring the engine up:\n${lastLines(`${result.output}\n${log}`, 12)}\nMend what it complains about, then run the set-up again`);
}
