import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { CloudError } from '@novadock/model';
import { engineArguments } from './engine-arguments.ts';
import { pollUntil } from './poll-until.ts';
import { runOrThrow } from './run-or-throw.ts';
import type { SetupContext } from './setup-step.ts';

const stopCommands = {
  // The socket first in the list, or it would start the service again.
  systemd: ['systemctl', 'stop', 'docker.socket', 'docker.service'],
  openrc: ['rc-service', 'docker', 'stop'],
  sysvinit: ['service', 'docker', 'stop'],
};

/** Stops the engine the way of this host and waits until its process is gone. */
export async function stopEngine(ctx: SetupContext): Promise<void> {
  const pid = (await engineArguments(ctx))?.pid;
  const manager = ctx.host.serviceManager;
  if (manager === 'none') await (pid === undefined ? undefined : runOrThrow(ctx.run, 'kill', ['-s', 'TERM', String(pid)]));
  else {
    const [command = '', ...args] = stopCommands[manager];
    await runOrThrow(ctx.run, command, args);
  }
  if (pid === undefined) return;
  const gone = await pollUntil({ condition: () => access(join(ctx.root, `/proc/${pid}`)).then(() => false, () => true), timeoutMs: ctx.engineTimeoutMs });
  if (!gone) throw new CloudError('unavailable', `dockerd (pid ${pid}) has not ended within ${ctx.engineTimeoutMs / 1000} s of being told to. Its log says what it waits for`);
}
