import { CloudError } from '@novadock/model';
import type { App, Deps, Route } from '../../deps.ts';
import { auth, callerOf } from '../../plugins/auth.ts';
import { errors } from '../../plugins/errors.ts';
import { microversion } from '../../plugins/microversion.ts';
import { validation } from '../../plugins/validation.ts';
import { emptyLists } from './empty-lists.ts';
import { toFault } from './fault.ts';
import { createFlavor } from './flavors/create-flavor.ts';
import { deleteFlavor } from './flavors/delete-flavor.ts';
import { extraSpecs } from './flavors/extra-specs.ts';
import { flavorAccess } from './flavors/flavor-access.ts';
import { listFlavors } from './flavors/list-flavors.ts';
import { showFlavor } from './flavors/show-flavor.ts';
import { updateFlavor } from './flavors/update-flavor.ts';
import { getVersion, getVersions } from './get-versions.ts';
import { availabilityZones } from './hosts/availability-zones.ts';
import { hosts } from './hosts/hosts.ts';
import { listHypervisors, searchHypervisors, showHypervisorStatistics } from './hosts/hypervisors.ts';
import { deleteService, listServices, updateService } from './hosts/services.ts';
import { showHypervisor, showHypervisorUptime } from './hosts/show-hypervisor.ts';
import { createKeypair } from './keypairs/create-keypair.ts';
import { listKeypairs } from './keypairs/list-keypairs.ts';
import { deleteKeypair, showKeypair } from './keypairs/show-keypair.ts';
import { listExtensions } from './list-extensions.ts';
import { showLimits } from './quotas/limits.ts';
import { deleteQuotaSet, showQuotaSets, updateQuotaSet } from './quotas/quota-sets.ts';
import { createServer } from './servers/create-server.ts';
import { deleteServer } from './servers/delete-server.ts';
import { listServerActions, showServerAction } from './servers/instance-actions.ts';
import { listServers } from './servers/list-servers.ts';
import { createRemoteConsole } from './servers/remote-consoles.ts';
import { securityGroups } from './servers/security-groups.ts';
import { serverActions } from './servers/server-actions.ts';
import { showDiagnostics } from './servers/server-diagnostics.ts';
import { serverMetadata } from './servers/server-metadata.ts';
import { serverInterfaces, serverIps } from './servers/server-network.ts';
import { serverTags } from './servers/server-tags.ts';
import { showTopology } from './servers/server-topology.ts';
import { serverVolumes } from './servers/server-volumes.ts';
import { showServer } from './servers/show-server.ts';
import { updateServer } from './servers/update-server.ts';

const routes: Route[] = [
  ...[listServers, createServer, showServer, updateServer, deleteServer, serverActions, serverMetadata, serverTags, serverIps, serverInterfaces, securityGroups, serverVolumes],
  ...[showDiagnostics, showTopology, createRemoteConsole, listServerActions, showServerAction],
  ...[listFlavors, createFlavor, showFlavor, updateFlavor, deleteFlavor, extraSpecs, flavorAccess],
  ...[listKeypairs, createKeypair, showKeypair, deleteKeypair],
  ...[showLimits, showQuotaSets, updateQuotaSet, deleteQuotaSet],
  ...[listHypervisors, showHypervisorStatistics, searchHypervisors, showHypervisor, showHypervisorUptime, listServices, updateService, deleteService, hosts, availabilityZones],
  ...[emptyLists, listExtensions],
];

/** The compute service: Nova's API 2.1, in its microversions 2.1 to 2.87. */
export async function compute(app: App, deps: Deps): Promise<void> {
  app.register(errors, { envelope: toFault(deps) });
  app.register(auth, deps);
  // Bodies of any other type are malformed to Nova, not unsupported.
  app.removeContentTypeParser('text/plain');
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-compute-request-id', request.id);
    // A collection with a slash at its end is neither the collection nor the item without a name.
    if (Object.values(request.params as object).includes('')) throw new CloudError('notFound', 'The resource could not be found.', { reason: 'unknownPath' });
  });
  app.addHook('onSend', async (_request, reply) => {
    // Without the charset that Fastify adds, and also on empty bodies.
    if (reply.statusCode < 300) reply.header('content-type', 'application/json');
  });
  getVersions(app, deps);
  app.register(version21, { ...deps, prefix: '/v2.1' });
  app.register(projectVersion21, { ...deps, prefix: '/v2.1/:project_id(^[0-9a-f-]+$)' });
}

async function version21(app: App, deps: Deps): Promise<void> {
  app.register(microversion);
  app.register(validation);
  getVersion(app, deps);
  for (const route of routes) route(app, deps);
}

/** The same with the project's id in the path, as clients of old have it. */
async function projectVersion21(app: App, deps: Deps): Promise<void> {
  app.register(microversion);
  app.register(validation);
  app.addHook('onRequest', async (request) => {
    const { project_id: projectId } = request.params as { project_id: string };
    const { projectId: own = null } = callerOf(request);
    if (projectId !== own) throw new CloudError('invalid', `Malformed request URL: URL's project_id '${projectId}' doesn't match Context's project_id '${own}'`);
  });
  for (const route of routes) route(app, deps);
}
