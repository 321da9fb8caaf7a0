import { CloudError } from '@novadock/model';
import { runningContainers, type RunningContainer } from './running-containers.ts';
import type { SetupContext } from './setup-step.ts';

/** Throws `internal` with their names when containers that ran before the engine's restart do not run since the same moment: it did harm. */
export async function assertUndisturbed(ctx: SetupContext, before: RunningContainer[]): Promise<void> {
  if (before.length === 0) return;
  const now = new Map((await runningContainers(ctx.connect)).map(({ id, startedAt }) => [id, startedAt]));
  const disturbed = before.filter(({ id, startedAt }) => now.get(id) !== startedAt);
  if (disturbed.length === 0) return;
  const names = disturbed.slice(0, 20).map(({ name }) => name).join(', ');
  throw new CloudError('internal', `The restart of the Docker Engine disturbed ${disturbed.length} of ${before.length} containers, though live-restore was on: ${names}. Look at them, and at the engine's log, before this is done on other hosts`, { reason: 'CONTAINERS_DISTURBED' });
}
