import swaggerUi from '@fastify/swagger-ui';
import { TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox';
import { EventFeed, SetupFeed } from '@novadock/cloud';
import type { App, Deps } from '../../deps.ts';
import { auth } from '../../plugins/auth.ts';
import { bearer } from '../../plugins/bearer.ts';
import { errors } from '../../plugins/errors.ts';
import { idempotency } from '../../plugins/idempotency.ts';
import { openapi } from '../../plugins/openapi.ts';
import { archiveParser } from './images/archive-parser.ts';
import { readEvents } from './events/read-events.ts';
import { eventSchema } from './events/event-schema.ts';
import { fleetSchema } from './fleet/fleet-schema.ts';
import { getFleet } from './fleet/get-fleet.ts';
import { deleteHost } from './hosts/delete-host.ts';
import { enrolHost } from './hosts/enrol-host.ts';
import { getHost } from './hosts/get-host.ts';
import { hostSchema } from './hosts/host-schema.ts';
import { listHosts } from './hosts/list-hosts.ts';
import { renewCertificate } from './hosts/renew-certificate.ts';
import { revokeHost } from './hosts/revoke-host.ts';
import { updateHost } from './hosts/update-host.ts';
import { createImage } from './images/create-image.ts';
import { deleteImage } from './images/delete-image.ts';
import { getImage } from './images/get-image.ts';
import { imageSchema } from './images/image-schema.ts';
import { listImages } from './images/list-images.ts';
import { actOnInstance } from './instances/act-on-instance.ts';
import { createInstance } from './instances/create-instance.ts';
import { deleteInstance } from './instances/delete-instance.ts';
import { getInstance } from './instances/get-instance.ts';
import { getStats } from './instances/get-stats.ts';
import { instanceSchema } from './instances/instance-schema.ts';
import { listInstances } from './instances/list-instances.ts';
import { readLogs } from './instances/read-logs.ts';
import { packagesFolder } from './join/agent-packages.ts';
import { getAgentManifest } from './join/get-agent-manifest.ts';
import { getAgentPackage } from './join/get-agent-package.ts';
import { getJoinScript } from './join/get-join-script.ts';
import { createJoinToken } from './join-tokens/create-join-token.ts';
import { deleteJoinToken } from './join-tokens/delete-join-token.ts';
import { joinTokenSchema } from './join-tokens/join-token-schema.ts';
import { listJoinTokens } from './join-tokens/list-join-tokens.ts';
import { getMetrics } from './metrics/get-metrics.ts';
import { getProfile } from './profiles/get-profile.ts';
import { listProfiles } from './profiles/list-profiles.ts';
import { profileSchema } from './profiles/profile-schema.ts';
import { putProfile } from './profiles/put-profile.ts';
import { createRollout } from './rollouts/create-rollout.ts';
import { getRolloutLog } from './rollouts/get-rollout-log.ts';
import { getRolloutPlan } from './rollouts/get-rollout-plan.ts';
import { getRollout } from './rollouts/get-rollout.ts';
import { listRolloutHosts } from './rollouts/list-rollout-hosts.ts';
import { listRollouts } from './rollouts/list-rollouts.ts';
import { rolloutOrders } from './rollouts/order-rollout.ts';
import { readRolloutEvents } from './rollouts/read-rollout-events.ts';
import { rolloutHostSchema, rolloutLogSchema, rolloutPlanSchema, rolloutSchema } from './rollouts/rollout-schema.ts';
import { updateRollout } from './rollouts/update-rollout.ts';
import { createSetupRun } from './setup/create-setup-run.ts';
import { deleteSetupRun } from './setup/delete-setup-run.ts';
import { getSetupRun } from './setup/get-setup-run.ts';
import { listSetupRuns } from './setup/list-setup-runs.ts';
import { readSetupEntries } from './setup/read-setup-entries.ts';
import { setupEntrySchema, setupRunSchema } from './setup/setup-run-schema.ts';
import { listFlavors } from './catalog/list-flavors.ts';
import { listNetworks } from './catalog/list-networks.ts';
import { problem, problemSchema } from './problem.ts';
import { getAuthority } from './service/get-authority.ts';
import { getHealth } from './service/get-health.ts';
import { getOpenapi } from './service/get-openapi.ts';
import type { V1Route } from './v1-route.ts';

const routes: V1Route[] = [
  createInstance, listInstances, getInstance, deleteInstance, actOnInstance, readLogs, getStats,
  createImage, listImages, getImage, deleteImage, listFlavors, listNetworks,
  getFleet, listHosts, getHost, updateHost, deleteHost, revokeHost, renewCertificate, getAuthority, createJoinToken, listJoinTokens, deleteJoinToken, enrolHost, readEvents,
  listProfiles, getProfile, putProfile, createSetupRun, listSetupRuns, getSetupRun, deleteSetupRun, readSetupEntries,
  createRollout, listRollouts, getRollout, updateRollout, ...rolloutOrders, getRolloutPlan, listRolloutHosts, getRolloutLog, readRolloutEvents,
];

const schemas = [instanceSchema, imageSchema, hostSchema, joinTokenSchema, eventSchema, problemSchema, profileSchema, setupRunSchema, setupEntrySchema, rolloutSchema, rolloutPlanSchema, rolloutHostSchema, rolloutLogSchema, fleetSchema];

/** Novadock's own API, its documentation, and the health of this process. */
export async function v1(app: App, deps: Deps): Promise<void> {
  getHealth(app, deps);
  getMetrics(app, deps);
  app.register(async (scope) => {
    await scope.register(errors, { envelope: problem });
    await scope.register(openapi);
    await scope.register(swaggerUi, { routePrefix: '/docs', indexPrefix: '/v1', uiConfig: { persistAuthorization: true } });
    getOpenapi(scope);
    scope.register(api, deps);
  }, { prefix: '/v1' });
}

/** What takes a token. */
async function api(app: App, deps: Deps): Promise<void> {
  const feed = new EventFeed(deps.cloud.store);
  // Streams go on until their clients leave; a server that closes waits for them.
  const setups = new SetupFeed(deps.cloud.store);
  app.addHook('preClose', () => Promise.all([feed.close(), setups.close()]).then(() => {}));
  await app.register(bearer);
  await app.register(auth, deps);
  await app.register(idempotency, deps);
  await app.register(archiveParser);
  // It refuses what it does not know, where Fastify's own would drop it.
  app.setValidatorCompiler(TypeBoxValidatorCompiler);
  for (const schema of schemas) app.addSchema(schema);
  const joining = [getJoinScript, getAgentPackage, getAgentManifest].map((route) => route(deps.agentPackages ?? packagesFolder));
  for (const route of [...routes, ...joining]) route(app, { ...deps, feed, setups });
}
