import { revokeRole as revoke } from '@novadock/cloud';
import type { Route } from '../../../deps.ts';
import { grantPaths, toGrant, type GrantParams } from './grant-path.ts';

export const revokeRole: Route = (app, deps) => {
  for (const path of grantPaths) {
    app.delete<{ Params: GrantParams }>(`${path}/:roleId`, { config: { adminPolicy: 'identity:revoke_grant' } }, async (request, reply) => {
      await revoke(deps.cloud, toGrant(request.params));
      reply.code(204);
    });
  }
};
