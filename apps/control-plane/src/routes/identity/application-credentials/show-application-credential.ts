import { getApplicationCredential, listRoles } from '@novadock/cloud';
import type { Route } from '../../../deps.ts';
import { assertSelfOrAdmin } from '../assert-self.ts';
import { toCredential } from './credential-body.ts';

export const showApplicationCredential: Route = (app, deps) => {
  app.get<{ Params: { userId: string; id: string } }>('/v3/users/:userId/application_credentials/:id', async (request) => {
    assertSelfOrAdmin(request, request.params.userId, 'identity:get_application_credential');
    const [credential, roles] = await Promise.all([getApplicationCredential(deps.cloud, request.params), listRoles(deps.cloud)]);
    return { application_credential: toCredential(deps, request, credential, roles) };
  });
};
