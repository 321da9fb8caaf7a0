import { CloudError } from '@novadock/model';
import { engineIdentity } from './engine-identity.ts';
import type { SetupContext } from './setup-step.ts';
import { runService, startEngine } from './start-engine.ts';
import { stopEngine } from './stop-engine.ts';

const restartCommands = {
  systemd: ['systemctl', 'restart', 'docker'],
  openrc: ['rc-service', 'docker', 'restart'],
  sysvinit: ['service', 'docker', 'restart'],
};

/** The engine that runs is replaced by a new process that answers; whether it may be is to be asked before, with `assertRestartHarmless`. */
export async function restartEngine(ctx: SetupContext): Promise<void> {
  const manager = ctx.host.serviceManager;
  const before = await engineIdentity(ctx);
  if (manager === 'none') {
    await stopEngine(ctx);
    return startEngine(ctx);
  }
  await runService(ctx, restartCommands[manager]);
  if (before !== undefined && (await engineIdentity(ctx)) === before) {
    throw new CloudError('invalid', `\`${restartCommands[manager].join(' ')}\` left the engine as it was, so another service keeps it. Restart it by hand, then run the set-up again`);
  }
}
