import { listApplicationCredentials as list, listRoles } from '@novadock/cloud';
import type { Route } from '../../../deps.ts';
import { assertSelfOrAdmin } from '../assert-self.ts';
import { collection } from '../collection.ts';
import { toCredential } from './credential-body.ts';

export const listApplicationCredentials: Route = (app, deps) => {
  app.get<{ Params: { userId: string } }>('/v3/users/:userId/application_credentials', async (request) => {
    const { userId } = request.params;
    assertSelfOrAdmin(request, userId, 'identity:list_application_credentials');
    const [credentials, roles] = await Promise.all([list(deps.cloud, userId), listRoles(deps.cloud)]);
    return collection(deps, request, 'application_credentials', credentials.map((credential) => toCredential(deps, request, credential, roles)));
  });
};
