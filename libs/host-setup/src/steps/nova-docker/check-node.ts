import { configFiles } from './config-files.ts';
import { findService } from './find-service.ts';
import { forNode } from './node-step.ts';
import { glanceApi, novaCompute } from './node-service.ts';
import { nodeStep } from './remember-service.ts';
import { requireService } from './require-service.ts';
import { restartService } from './restart-service.ts';
import { servicesHere } from './services-here.ts';

/**
 * The host has what the profile says: nova-compute, glance-api or both, with their files; glance-api beside nova-compute only where it is. It comes first, so that its undo comes
 * last: once files and driver are taken back, what ran with them is restarted.
 */
export const checkNode = forNode({
  name: nodeStep,
  title: 'Node of an OpenStack',
  part: 'any',

  async check(ctx, profile) {
    const found: string[] = [];
    const services = await servicesHere(ctx, profile);
    for (const service of services) {
      const { unit } = await requireService(ctx, service);
      const { main } = await configFiles(ctx, service);
      found.push(`${unit ?? service.name} with ${main}`);
    }
    if (profile.glance && !services.includes(glanceApi)) found.push('no glance-api: the node that runs it is to get this profile as well');
    return { ok: true, detail: found.join(', ') };
  },

  apply: async () => {},

  async undo(ctx) {
    const restarted: string[] = [];
    for (const service of [novaCompute, glanceApi]) {
      if ((await ctx.changes.recall(nodeStep, service.name)) !== true) continue;
      const found = await findService(ctx, service);
      // Without it, or without who could start it, there is nothing to restart.
      if (found?.unit === undefined) continue;
      await restartService(ctx, service, found.unit);
      restarted.push(`restarted ${found.unit}`);
    }
    return restarted.join(', ');
  },
});
