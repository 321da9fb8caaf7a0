import { disallowed, networkQuota } from '@novadock/cloud';
import type { Route } from '../../deps.ts';
import { callerOf } from '../../plugins/auth.ts';

/** What there is none of, nobody can make. */
const quota = { ...networkQuota, subnetpool: 0, router: 0, floatingip: 0, rbac_policy: 0, security_group: 0, security_group_rule: 0 };

/** The same for every project. */
export const showQuota: Route = (app) => {
  app.get('/v2.0/quotas', async () => ({ quotas: [] }));
  // What the neutron command asks first.
  app.get('/v2.0/quotas/tenant', async (request) => ({ tenant: { tenant_id: callerOf(request).projectId } }));
  for (const path of ['/v2.0/quotas/:projectId', '/v2.0/quotas/:projectId/default']) {
    app.get<{ Params: { projectId: string } }>(path, async (request) => {
      const caller = callerOf(request);
      if (!caller.isAdmin && caller.projectId !== request.params.projectId) throw disallowed('rule:get_quota');
      return { quota };
    });
  }
};
