import { checkGrant as check } from '@novadock/cloud';
import type { Route } from '../../../deps.ts';
import { grantPaths, toGrant, type GrantParams } from './grant-path.ts';

export const checkGrant: Route = (app, deps) => {
  for (const path of grantPaths) {
    app.get<{ Params: GrantParams }>(`${path}/:roleId`, { config: { adminPolicy: 'identity:check_grant' } }, async (request, reply) => {
      await check(deps.cloud, toGrant(request.params));
      reply.code(204);
    });
  }
};
