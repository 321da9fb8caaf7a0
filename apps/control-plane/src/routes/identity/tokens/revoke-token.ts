import { revokeToken as revoke } from '@novadock/cloud';
import type { Route } from '../../../deps.ts';
import { subjectToken } from './subject-token.ts';

export const revokeToken: Route = (app, deps) => {
  app.delete('/v3/auth/tokens', async (request, reply) => {
    const { token } = await subjectToken(deps, request, 'identity:revoke_token');
    await revoke(deps.cloud, token);
    reply.code(204);
  });
};
