import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { NovaDockerProfile } from '@novadock/model';
import type { SetupContext } from '../../setup-step.ts';
import { findService } from './find-service.ts';
import { glanceApi, novaCompute, type NodeService } from './node-service.ts';

/**
 * Those that a profile is about and this host is to have, in the order of the guide. One profile is for all nodes of an OpenStack, and few of those that
 * run nova-compute run glance-api as well: where there is no trace of it, it runs elsewhere. Of a profile for Glance alone that is a mistake.
 */
export async function servicesHere(ctx: SetupContext, { compute, glance }: NovaDockerProfile): Promise<NodeService[]> {
  const withGlance = glance && !(compute && (await runsElsewhere(ctx, glanceApi)));
  return [...(compute ? [novaCompute] : []), ...(withGlance ? [glanceApi] : [])];
}

/** With its configuration here and no service it is not known how it is restarted: that is for the operator to say. */
async function runsElsewhere(ctx: SetupContext, service: NodeService): Promise<boolean> {
  if ((await findService(ctx, service)) !== undefined) return false;
  const there = await Promise.all(service.configFiles.map((path) => access(join(ctx.root, path)).then(() => true, () => false)));
  return !there.includes(true);
}
