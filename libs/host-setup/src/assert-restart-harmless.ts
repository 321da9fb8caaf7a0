import { CloudError } from '@novadock/model';
import { runningContainers, type RunningContainer } from './running-containers.ts';
import type { SetupContext } from './setup-step.ts';

/**
 * Gives back what runs, to be compared after the restart. Throws `conflict`, with what to do, where a restart of the engine would
 * end containers: live-restore has to be on before it and after it (moby#27057), and is not there in a swarm.
 */
export async function assertRestartHarmless(ctx: SetupContext, options: { what: string; liveRestoreAfter: boolean }): Promise<RunningContainer[]> {
  const running = await runningContainers(ctx.connect);
  if (running.length === 0) return [];
  const info = (await ctx.connect({ timeoutMs: 30_000 }).info()) as { LiveRestoreEnabled?: boolean };
  if (info.LiveRestoreEnabled === true && options.liveRestoreAfter) return running;
  const names = running.slice(0, 5).map(({ name }) => name).join(', ');
  const count = running.length === 1 ? '1 container runs' : `${running.length} containers run`;
  const fix = info.LiveRestoreEnabled === true ? 'Leave live-restore on' : `Put "live-restore": true into ${ctx.paths.daemonJson} and send dockerd SIGHUP (no restart)`;
  throw new CloudError('conflict', `${options.what} takes a restart of the Docker Engine, which would end what runs in it, since live-restore is not on before and after: ${count} (${names}). ${fix}, or stop them, then run the set-up again`, { reason: 'ENGINE_RESTART_WOULD_DISTURB' });
}
