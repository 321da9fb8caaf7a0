import { getFlavor, grantFlavor, revokeFlavor } from '@novadock/cloud';
import { CloudError } from '@novadock/model';
import type { Route } from '../../../deps.ts';
import { projectCallerOf } from '../../../plugins/auth.ts';
import { assertBody } from '../../../plugins/validation.ts';
import * as is from '../parameters.ts';
import type { Flavor } from './flavor-view.ts';

type OfFlavor = { Params: { id: string } };

const tenant = is.object({ tenant: { type: 'string', minLength: 1, maxLength: 255 } }, ['tenant']);
const policies: Record<string, string> = {
  addTenantAccess: 'os_compute_api:os-flavor-access:add_tenant_access',
  removeTenantAccess: 'os_compute_api:os-flavor-access:remove_tenant_access',
};

/** Which projects may use a flavor that is not public, for administrators: GET /flavors/{id}/os-flavor-access, and two actions of POST /flavors/{id}/action. */
export const flavorAccess: Route = (app, deps) => {
  app.get<OfFlavor>('/flavors/:id/os-flavor-access', { config: { adminPolicy: 'os_compute_api:os-flavor-access' } }, async (request) => {
    const flavor = await getFlavor(deps.cloud, projectCallerOf(request), request.params.id);
    if (flavor.isPublic) throw new CloudError('notFound', 'Access list not available for public flavors.');
    return toAccess(flavor);
  });

  app.post<OfFlavor & { Body: Record<string, { tenant: string }> }>('/flavors/:id/action', { config: { body: () => ({ type: 'object' }) } }, async (request) => {
    const auth = projectCallerOf(request);
    const [[action, argument] = [], ...more] = Object.entries(request.body);
    if (action === undefined || more.length > 0) throw new CloudError('invalid', 'Malformed request body');
    if (!Object.hasOwn(policies, action)) throw new CloudError('invalid', `There is no such action: ${action}`);
    assertBody(is.wrapped(action, tenant), request.body);
    if (!auth.isAdmin) throw new CloudError('forbidden', `Policy doesn't allow ${policies[action]} to be performed.`);
    const access = { flavorId: request.params.id, projectId: argument?.tenant ?? '' };
    if (action === 'removeTenantAccess') return toAccess(await revokeFlavor(deps.cloud, auth, access));
    const { isPublic } = await getFlavor(deps.cloud, auth, access.flavorId);
    if (isPublic && request.microversion >= 7) throw new CloudError('conflict', 'Can not add access to a public flavor.');
    return toAccess(await grantFlavor(deps.cloud, auth, access));
  });
};

function toAccess({ id, accessProjectIds }: Flavor): object {
  return { flavor_access: accessProjectIds.map((projectId) => ({ flavor_id: id, tenant_id: projectId })) };
}
