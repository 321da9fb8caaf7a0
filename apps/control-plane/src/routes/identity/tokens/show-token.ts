import type { Route } from '../../../deps.ts';
import { subjectToken } from './subject-token.ts';
import { tokenBody } from './token-body.ts';

export const showToken: Route = (app, deps) => {
  app.get('/v3/auth/tokens', async (request, reply) => {
    const { token, view } = await subjectToken(deps, request, 'identity:validate_token');
    reply.header('x-subject-token', token);
    return tokenBody(deps, request, view);
  });
};
