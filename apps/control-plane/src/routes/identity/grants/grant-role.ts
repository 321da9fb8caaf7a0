import { grantRole as grant } from '@novadock/cloud';
import type { Route } from '../../../deps.ts';
import { grantPaths, toGrant, type GrantParams } from './grant-path.ts';

export const grantRole: Route = (app, deps) => {
  for (const path of grantPaths) {
    app.put<{ Params: GrantParams }>(`${path}/:roleId`, { config: { adminPolicy: 'identity:create_grant' } }, async (request, reply) => {
      await grant(deps.cloud, toGrant(request.params));
      reply.code(204);
    });
  }
};
