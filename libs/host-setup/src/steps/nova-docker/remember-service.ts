import type { SetupContext } from '../../setup-step.ts';
import { findService } from './find-service.ts';
import type { NodeService } from './node-service.ts';

/** The step whose undo, the last of all, restarts what runs. */
export const nodeStep = 'openstack-node';

/** To be told before something is changed that the service runs with: whether it ran then, and so is to be restarted once that is taken back. */
export async function rememberService(ctx: SetupContext, service: NodeService): Promise<void> {
  const found = await findService(ctx, service);
  await ctx.changes.remember(nodeStep, service.name, found?.active === true);
}
