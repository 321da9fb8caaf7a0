import { CloudError } from '@novadock/model';
import type { SetupContext } from '../../setup-step.ts';
import { findService, type FoundService } from './find-service.ts';
import type { NodeService } from './node-service.ts';

/** As findService; throws `invalid`, with what the profile expects, when this host does not have the service. */
export async function requireService(ctx: SetupContext, service: NodeService): Promise<FoundService> {
  const found = await findService(ctx, service);
  if (found !== undefined) return found;
  const part = service.name === 'nova-compute' ? 'compute' : 'glance';
  const where = ctx.host.serviceManager === 'none' ? 'no such process runs, and nothing here starts services' : `${ctx.host.serviceManager} knows none of ${service.units.join(', ')}`;
  throw new CloudError('invalid', `The profile says novaDocker.${part}: true, so ${service.name} of an existing OpenStack is to run on this host, and ${where}. Install and configure it first, or set novaDocker.${part} to false, then run the set-up again`, { reason: 'NOT_AN_OPENSTACK_NODE' });
}
